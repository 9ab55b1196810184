--[[
  save: write an entry of the schedule, so that it does not fire for the instant before it was made.

  Ruby sends the same commands one by one. As one step no poller sees an entry that lacks its last instant.

  KEYS
    [1]  set    set   `cron_jobs:<namespace>` or `cron_jobs`
    [2]  entry  hash  the entry
    [3]  fired  zset  the instants that have fired

  ARGV
    [1]   plan    msgpack { status: string; dropped: string; score: string; tick: string }  `status` is empty to keep what is there, `dropped` a field to remove or empty
    [2+]  fields  string  names and values in turn

  USES wrong-type

  RETURNS number  1 if it is new
]]
local call = redis.call
local set, entry, fired = KEYS[1], KEYS[2], KEYS[3]
local plan = cmsgpack.unpack(ARGV[1])
local wrong = wrongType('set', set) or wrongType('hash', entry) or wrongType('zset', fired)
if wrong then return wrong end

local isNew = call('SADD', set, entry)
call('HSET', entry, unpack(ARGV, 2))
if plan.dropped ~= '' then call('HDEL', entry, plan.dropped) end
-- Who has disabled it, or when it last fired, is not for a file to say.
if plan.status ~= '' then call('HSET', entry, 'status', plan.status) end
call('HSETNX', entry, 'status', 'enabled')
call('HSETNX', entry, 'last_enqueue_time', '')
if plan.tick ~= '' and call('EXISTS', fired) == 0 then call('ZADD', fired, plan.score, plan.tick) end
return isNew
