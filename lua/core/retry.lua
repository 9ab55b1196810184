--[[
  retry: take a job out of flight and put its next attempt into a sorted set.

  That its slot holds it is the claim: when a rescuer has taken the job meanwhile nothing is written. A mark stays in
  the slot: by it the call that is sent twice knows its own work, and lua/core/fetch.lua a server that forgot it.
  The job is in the set before its slot has the mark: a user who may not write there loses no job by it.
  A server that went back to an older state may have another job in the slot, or its mark. One that knows all
  fetch calls that the worker has had answers to has what these put there, and what came of that. A call that arrives
  late, on a connection that is gone, may find the next job there: by the digest it knows that.

  KEYS
    [1]  inFlight  hash  `tsq:in-flight:<owner>`
    [2]  set       zset  `retry`, or `schedule`

  ARGV
    [1]  slot     string  the job's slot; empty when the job is in no slot
    [2]  first    number  the last answered call of lane `#0`
    [3]  second   number  and of lane `#1`
    [4]  digest   string  SHA-1 of the payload that the slot is to hold; empty: not compared
    [5]  score    string  when to run again, float seconds
    [6]  payload  bytes

  USES moved, split-held, slot-value, wrong-type

  RETURNS number  1, or 0 when the job is not in its slot: it was rescued, or the server has forgotten calls
]]
local call = redis.call
local inFlight, set = KEYS[1], KEYS[2]
local slot, first, second, digest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local score, payload = ARGV[5], ARGV[6]
local wrong = wrongType('zset', set)
if wrong then return wrong end
if slot ~= '' then
  local value = slotValue(inFlight, slot, first, second, digest)
  if not value then return 0 end
  if value == MOVED then return 1 end
end
-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
call('HDEL', inFlight, '')
call('ZADD', set, score, payload)
local marked = slot ~= '' and redis.pcall('HSET', inFlight, slot, MOVED)
if type(marked) == 'table' then
  -- Refused: it must not wait there and be in its slot too.
  call('ZREM', set, payload)
  return marked
end
return 1
