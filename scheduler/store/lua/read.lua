-- A participant's wrapped key and all that they wrote, of one moment.
-- KEYS: person, words.
return { redis.call('HGET', KEYS[1], 'k'), redis.call('LRANGE', KEYS[2], 0, -1) }
