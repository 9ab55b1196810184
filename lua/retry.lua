--[[
  retry: take a failed job out of flight and put its next attempt into the retry set.

  Taking it out is the claim: when a rescuer has taken the job meanwhile nothing is written.

  KEYS
    [1]  inFlight  hash  `tsq:in-flight:<owner>`
    [2]  set       zset  `retry`

  ARGV
    [1]  slot     string  the job's slot; empty when the job is in no slot
    [2]  score    string  when to run again, float seconds
    [3]  payload  bytes

  RETURNS number  1, or 0 when the job was no longer in its slot
]]
local inFlight, set = KEYS[1], KEYS[2]
local slot, score, payload = ARGV[1], ARGV[2], ARGV[3]
-- Looked at before the first write: a key of another type must not cost a job.
local kind = redis.call('TYPE', set).ok
if kind ~= 'zset' and kind ~= 'none' then
  return redis.error_reply('WRONGTYPE Expected ' .. set .. ' to be a zset, it is a ' .. kind)
end
if slot ~= '' and redis.call('HDEL', inFlight, slot) == 0 then return 0 end
redis.call('ZADD', set, score, payload)
return 1
