--[[
  conclude: write down how the last run of an entry has ended, and take the one that waits for it.

  KEYS
    [1]  runs     hash  `tsq:cron:runs`
    [2]  waiting  hash  `tsq:cron:waiting`
    [3]  claims   hash  `tsq:cron:claims`

  ARGV
    [1]  entry  string  the entry's key
    [2]  jid    string  the job that has ended
    [3]  run    string  the record with its end
    [4]  claim  string  who takes the one that waits

  RETURNS string  the field of the instant that waited, or nothing
]]
local call = redis.call
local runs, waiting, claims = KEYS[1], KEYS[2], KEYS[3]
local entry, jid, run, claim = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local last = call('HGET', runs, entry)
-- A later job of the entry has its own end.
if not last or string.match(last, '^%S+ (%S+)') ~= jid then return '' end
call('HSET', runs, entry, run)
local field = call('HGET', waiting, entry)
if not field then return '' end
call('HDEL', waiting, entry)
call('HSET', claims, field, claim)
call('EXPIRE', claims, 86400)
return field
