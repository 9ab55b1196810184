--[[
  retry: take a failed job out of flight and put its next attempt into the retry set.

  Taking it out is the claim: when a rescuer has taken the job meanwhile nothing is written. A mark stays in
  the slot: by it the call that is sent twice knows its own work, and lua/fetch.lua a server that forgot it.

  KEYS
    [1]  inFlight  hash  `tsq:in-flight:<owner>`
    [2]  set       zset  `retry`

  ARGV
    [1]  slot     string  the job's slot; empty when the job is in no slot
    [2]  score    string  when to run again, float seconds
    [3]  payload  bytes

  RETURNS number  1, or 0 when the slot is empty: the job was rescued, or the server lost the hash
]]
local MOVED = '-'
local inFlight, set = KEYS[1], KEYS[2]
local slot, score, payload = ARGV[1], ARGV[2], ARGV[3]
-- Looked at before the first write: a key of another type must not cost a job.
local kind = redis.call('TYPE', set).ok
if kind ~= 'zset' and kind ~= 'none' then
  return redis.error_reply('WRONGTYPE Expected ' .. set .. ' to be a zset, it is a ' .. kind)
end
if slot ~= '' then
  local value = redis.call('HGET', inFlight, slot)
  if not value then return 0 end
  if value == MOVED then return 1 end
  -- The first write, because a full memory never refuses it.
  redis.call('HDEL', inFlight, slot)
  redis.call('HSET', inFlight, slot, MOVED)
end
redis.call('ZADD', set, score, payload)
return 1
