--[[
  remove: delete an entry of the schedule with all that is kept of it.

  A transaction is refused by a server that is full, also one that only deletes.

  KEYS
    [1]  set       set   `cron_jobs:<namespace>` or `cron_jobs`
    [2]  entry     hash  the entry
    [3]  fired     zset  the instants that have fired
    [4]  history   list  its last jobs
    [5]  policies  hash  `tsq:cron:policies`
    [6]  runs      hash  `tsq:cron:runs`
    [7]  waiting   hash  `tsq:cron:waiting`
    [8]  written   hash  `tsq:cron:written`

  ARGV
    [1]  name  string  the entry, as the set and the hashes name it: its key

  USES wrong-type

  RETURNS number  1 if it was there
]]
local call = redis.call
local set, entry, fired, history = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local policies, runs, waiting, written = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local name = ARGV[1]
local wrong = wrongType('set', set) or wrongType('hash', policies) or wrongType('hash', runs) or wrongType('hash', waiting) or wrongType('hash', written)
if wrong then return wrong end

local wasThere = call('SREM', set, name)
-- A set that somebody else has written names any key, a queue say: it names that no more, and the key stays.
if string.sub(name, 1, 9) == 'cron_job:' then call('UNLINK', entry, fired, history) end
call('HDEL', policies, name)
call('HDEL', runs, name)
call('HDEL', waiting, name)
call('HDEL', written, name)
return wasThere
