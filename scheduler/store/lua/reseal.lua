-- Put an update that waits, or a dead letter, under another seal, if it is still the same one.
-- KEYS: inbox or dead letters. ARGV: update id, sealed as it was, sealed anew.
if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('HSET', KEYS[1], ARGV[1], ARGV[3]) + 1
