-- Let an update of somebody who takes part wait; one that waits already stays as it is.
-- KEYS: person, inbox, waiting, counters.
-- ARGV: participant, update id, sealed update, when to look (unix s), check value of the master key
--   that it is sealed under.
-- Returns 1 kept, 0 nothing is kept of them, -2 another master key rules.
if redis.call('EXISTS', KEYS[1]) == 0 then return 0 end
local rules = redis.call('HGET', KEYS[4], 'ring')
if rules and rules ~= ARGV[5] then return -2 end
redis.call('HSETNX', KEYS[2], ARGV[2], ARGV[3])
redis.call('ZADD', KEYS[3], 'NX', ARGV[4], ARGV[1])
return 1
