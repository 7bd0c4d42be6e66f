-- Let an update of somebody who takes part wait; one that waits already stays as it is.
-- KEYS: person, inbox, waiting. ARGV: participant, update id, sealed update, when to look (unix s).
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
redis.call('HSETNX', KEYS[2], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[3], 'NX', ARGV[4], ARGV[1])
return 1
