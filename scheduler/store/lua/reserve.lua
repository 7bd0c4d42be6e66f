-- Reserve sending slots. Redis's own clock, so that all processes agree.
-- A slot is `slot` microseconds long and holds one message. `share` of every `total` slots are for
-- replies alone; the others go to whoever comes first. Both kinds fill in order, so that two
-- pointers are the whole state: `any` and `own`, the first moments not yet given away.
-- KEYS: the limiter. ARGV: lane ('scheduled' or 'reply'), how many, total, share,
--   slot (microseconds), hold for (microseconds, 0: don't), not before (microseconds from now).
-- Returns, in microseconds, the time of this clock, how long everybody holds still, then a wait for
-- each.
local count, total, share = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local slot, hold_for, early = tonumber(ARGV[5]), tonumber(ARGV[6]), tonumber(ARGV[7])
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local held = redis.call('HMGET', KEYS[1], 'last', 'any', 'own', 'hold')
local last, hold = tonumber(held[1] or now), tonumber(held[4] or 0)
local next_any, next_own = tonumber(held[2] or 0), tonumber(held[3] or 0)

if now < last then -- the clock was set back: everything promised moves back with it
  local back = last - now
  next_any, next_own, hold = next_any - back, next_own - back, hold - back
end
hold = math.max(hold, now + hold_for)

local function is_own(index)
  return math.floor((index + 1) * share / total) > math.floor(index * share / total)
end

local function first_from(moment, own)
  local index = math.ceil(math.max(moment, hold, now + early) / slot)
  while is_own(index % total) ~= own do index = index + 1 end
  return index * slot
end

local answer = { string.format('%d', now), string.format('%d', hold - now) }
for _ = 1, count do
  local at = first_from(next_any, false)
  local own = ARGV[1] == 'reply' and first_from(next_own, true)
  if own and own < at then
    at, next_own = own, own + slot - 1
  else
    next_any = at + slot - 1
  end
  answer[#answer + 1] = string.format('%d', math.ceil(at - now))
end

local function whole(moment) return string.format('%.0f', moment) end
redis.call('HSET', KEYS[1], 'last', whole(now), 'any', whole(next_any), 'own', whole(next_own),
  'hold', whole(hold))
return answer
