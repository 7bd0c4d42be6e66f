-- Hand out what is due, oldest first, and put it off by a lease.
-- KEYS: sorted set. ARGV: now, end of the lease (unix seconds), how many at most.
-- Returns member, score, member, score, …
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'WITHSCORES', 'LIMIT', 0, ARGV[3])
for i = 1, #due, 2 do redis.call('ZADD', KEYS[1], ARGV[2], due[i]) end
return due
