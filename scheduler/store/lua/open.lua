-- The store's check value and wrapped id key, made once; replaced only by who names the present one.
-- KEYS: meta. ARGV: check value, wrapped id key[, the check value to replace].
local present = redis.call('HGET', KEYS[1], 'check')
if not present or present == ARGV[3] then
  redis.call('HSET', KEYS[1], 'check', ARGV[1], 'id', ARGV[2])
end
return redis.call('HMGET', KEYS[1], 'check', 'id')
