-- Let an update wait; one that waits already stays as it is.
-- KEYS: inbox, waiting. ARGV: participant, update id, sealed update, now (unix seconds).
local new = redis.call('HSETNX', KEYS[1], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[2], 'NX', ARGV[4], ARGV[1])
return new
