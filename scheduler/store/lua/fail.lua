-- Count a failed try of an update that waits.
-- KEYS: inbox. ARGV: update id.
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 0 then return 0 end
return redis.call('HINCRBY', KEYS[1], ARGV[1] .. ':tries', 1)
