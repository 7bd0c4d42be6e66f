-- Hands out the due ones among the asker's jobs, and moves each to its next aligned time.
-- KEYS[1] sorted set: job -> next time, Unix seconds. KEYS[2] hash: job -> its data as JSON.
-- ARGV[1] now; then for each job that the asker knows and isn't running: name, interval in
-- seconds, and its data.
-- Answers the number handed out, their names, and the earliest next time of all that were asked for.
-- Jobs that the asker doesn't name belong to another release and are not touched.
local now = tonumber(ARGV[1])
local answer = {0}
local earliest
for at = 2, #ARGV, 3 do
  local name, interval = ARGV[at], tonumber(ARGV[at + 1])
  local known = redis.call('ZSCORE', KEYS[1], name)
  local next_time = tonumber(known or 0)
  if redis.call('HGET', KEYS[2], name) ~= ARGV[at + 2] then
    redis.call('HSET', KEYS[2], name, ARGV[at + 2])
  end
  -- A time further away than two intervals was written before somebody set a clock back.
  if next_time <= now or next_time > now + 2 * interval then
    next_time = (math.floor(now / interval) + 1) * interval
    redis.call('ZADD', KEYS[1], string.format('%.3f', next_time), name)
    answer[1] = answer[1] + 1
    answer[answer[1] + 1] = name
  end
  if not earliest or next_time < earliest then
    earliest = next_time
  end
end
if earliest then
  answer[#answer + 1] = string.format('%.3f', earliest)
end
return answer
