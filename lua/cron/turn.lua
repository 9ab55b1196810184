--[[
  turn: turn an entry of the schedule on or off.

  One that was deleted since it was read is left alone: a hash that no set names would stay for ever.

  KEYS
    [1]  entry  hash  the entry
    [2]  fired  zset  the instants that have fired

  ARGV
    [1]  status  string  `enabled` or `disabled`
    [2]  score   string  of an instant that counts as fired; empty where there is none
    [3]  tick    string  that instant

  USES wrong-type

  RETURNS number  1, or 0 when there is no such entry
]]
local call = redis.call
local entry, fired = KEYS[1], KEYS[2]
local status, score, tick = ARGV[1], ARGV[2], ARGV[3]
local wrong = wrongType('hash', entry) or wrongType('zset', fired)
if wrong then return wrong end

-- A set that somebody else has written names any hash, a process say.
if call('TYPE', entry).ok == 'none' or string.sub(entry, 1, 9) ~= 'cron_job:' then return 0 end
-- `maxmemory` is only checked before a script's first write, and this one is always allowed: what fills Redis must be stopped.
call('HDEL', entry, '')
call('HSET', entry, 'status', status)
if score ~= '' then call('ZADD', fired, score, tick) end
return 1
