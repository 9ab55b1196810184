--[[
  putback: take a job out of flight and put it onto a queue, at the end that is fetched last or first.

  Its slot must hold the job, and a mark stays in it, as in lua/core/retry.lua. The job is on its queue before it leaves
  its slot: a user who may not push loses no job by it.

  KEYS
    [1]  inFlight  hash  `tsq:in-flight:<owner>`
    [2]  target    list  `queue:<name>`
    [3]  queues    set   `queues`

  ARGV
    [1]  slot     string  the job's slot; empty when the job is in no slot
    [2]  first    number  the last answered call of lane `#0`
    [3]  second   number  and of lane `#1`
    [4]  digest   string  SHA-1 of the payload that the slot is to hold; empty: not compared
    [5]  side     string  `back`: behind all that wait, as a push; `front`: the next one fetched
    [6]  payload  bytes

  USES moved, split-held, slot-value, wrong-type

  RETURNS number  1, or 0 when the job is not in its slot: it was rescued, or the server has forgotten calls
]]
local call = redis.call
local inFlight, target, queues = KEYS[1], KEYS[2], KEYS[3]
local slot, first, second, digest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local side, payload = ARGV[5], ARGV[6]
local wrong = wrongType('list', target)
if wrong then return wrong end
if slot ~= '' then
  local value = slotValue(inFlight, slot, first, second, digest)
  if not value then return 0 end
  if value == MOVED then return 1 end
end
-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
call('HDEL', inFlight, '')
-- A `queues` of another type costs the pages a name, and must cost no job.
redis.pcall('SADD', queues, string.sub(target, 7))
call(side == 'front' and 'RPUSH' or 'LPUSH', target, payload)
local marked = slot ~= '' and redis.pcall('HSET', inFlight, slot, MOVED)
if type(marked) == 'table' then
  -- Refused: it must not wait there and be in its slot too, nor once more with each try.
  call(side == 'front' and 'RPOP' or 'LPOP', target)
  return marked
end
return 1
