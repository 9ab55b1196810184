--[[
  retry: take a job out of flight and put its next attempt into a sorted set.

  Taking it out is the claim: when a rescuer has taken the job meanwhile nothing is written. A mark stays in
  the slot: by it the call that is sent twice knows its own work, and lua/core/fetch.lua a server that forgot it.
  A server that went back to an older state may have another job in the slot, or its mark. One that knows all
  fetch calls that the worker has had answers to has what these put there, and what came of that.

  KEYS
    [1]  inFlight  hash  `tsq:in-flight:<owner>`
    [2]  set       zset  `retry`, or `schedule`

  ARGV
    [1]  slot     string  the job's slot; empty when the job is in no slot
    [2]  first    number  the last answered call of lane `#0`
    [3]  second   number  and of lane `#1`
    [4]  score    string  when to run again, float seconds
    [5]  payload  bytes

  USES moved, slot-value, wrong-type

  RETURNS number  1, or 0 when the job is not in its slot: it was rescued, or the server has forgotten calls
]]
local inFlight, set = KEYS[1], KEYS[2]
local slot, first, second, score, payload = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], ARGV[5]
local wrong = wrongType('zset', set)
if wrong then return wrong end
if slot ~= '' then
  local value = slotValue(inFlight, slot, first, second)
  if not value then return 0 end
  if value == MOVED then return 1 end
  -- The first write, because a full memory never refuses it.
  redis.call('HDEL', inFlight, slot)
  redis.call('HSET', inFlight, slot, MOVED)
end
redis.call('ZADD', set, score, payload)
return 1
