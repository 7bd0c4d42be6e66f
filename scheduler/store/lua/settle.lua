-- An update no longer waits: it was handled, or is buried among the dead letters.
-- KEYS: inbox, waiting, dead letters, counters. ARGV: participant, update id, 'handled' or 'buried'.
local sealed = redis.call('HGET', KEYS[1], ARGV[2])
if sealed and ARGV[3] == 'buried' then
  redis.call('HSET', KEYS[3], ARGV[2], sealed)
  redis.call('HINCRBY', KEYS[4], 'dead', 1)
end
redis.call('HDEL', KEYS[1], ARGV[2])
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('ZREM', KEYS[2], ARGV[1]) end
return sealed and 1 or 0
