-- Erase one participant: the key first, then everything else of theirs.
-- KEYS: person, words, messages, inbox, dead letters, counters, then the sorted sets they may be in.
-- ARGV: participant.
redis.call('HINCRBY', KEYS[6], 'erased', 1)
redis.call('HDEL', KEYS[1], 'k')
redis.call('DEL', KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5])
for i = 7, #KEYS do redis.call('ZREM', KEYS[i], ARGV[1]) end
return 1
