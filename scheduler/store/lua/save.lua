-- Make or save one participant, all or nothing.
-- KEYS: person, words, messages, counters, then one agenda for each kind given.
-- ARGV: participant, 'make' or 'save', the revision seen (make: the one to begin at), sealed state,
--   wrapped key (when made or changed, else ''), check value of the master key that wrapped it,
--   oldest message time to keep, a due time for each agenda ('': none), number of word operations,
--   (operation, item) each, (time, message id) each.
-- Returns 1 saved, 0 somebody else saved before, -1 the participant is gone, -2 another master key
--   rules. Words that are taken out or replaced count as erased: they have to leave the disk, too.
local person, words, messages, counters = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local seen = redis.call('HMGET', person, 'r', 's')
local revision, making = seen[1], ARGV[2] == 'make'
if not revision and not making then return -1 end
if revision and (making or revision ~= ARGV[3]) then
  -- A sealed state is never the same twice: this is our own call, repeated after a lost answer.
  return seen[2] == ARGV[4] and 1 or 0
end
if ARGV[5] ~= '' then
  local rules = redis.call('HGET', counters, 'ring')
  if rules and rules ~= ARGV[6] then return -2 end
end

redis.call('HSET', person, 'r', string.format('%d', ARGV[3] + 1), 's', ARGV[4])
if ARGV[5] ~= '' then redis.call('HSET', person, 'k', ARGV[5]) end

local at = 8
for i = 5, #KEYS do
  if ARGV[at] == '' then
    redis.call('ZREM', KEYS[i], ARGV[1])
  else
    redis.call('ZADD', KEYS[i], ARGV[at], ARGV[1])
  end
  at = at + 1
end

local function find(item)
  for index, held in ipairs(redis.call('LRANGE', words, 0, -1)) do
    if string.sub(held, 1, 4) == string.sub(item, 1, 4) then return index - 1, held end
  end
end

local last = at + 2 * tonumber(ARGV[at])
for i = at + 1, last, 2 do
  local operation, item = ARGV[i], ARGV[i + 1]
  if operation == 'add' then
    redis.call('RPUSH', words, item)
  elseif operation == 'clear' then
    redis.call('DEL', words)
  else
    local index, held = find(item)
    if index and operation == 'replace' then redis.call('LSET', words, index, item) end
    if index and operation == 'remove' then redis.call('LREM', words, 1, held) end
  end
  if operation ~= 'add' then redis.call('HINCRBY', counters, 'erased', 1) end
end

for i = last + 1, #ARGV, 2 do redis.call('ZADD', messages, ARGV[i], ARGV[i + 1]) end
if last < #ARGV then redis.call('ZREMRANGEBYSCORE', messages, '-inf', '(' .. ARGV[7]) end
return 1
