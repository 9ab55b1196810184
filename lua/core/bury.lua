--[[
  bury: take a job out of flight and put it into the dead set, trimmed as Sidekiq trims it.

  Out of flight: out of its slot, or off the pad on which a process has left it.
  Without a payload the bytes in the slot are buried as they are: a malformed job never passes through text.
  The slot must hold the job, and a mark stays in it, as in lua/core/retry.lua. The job is in the dead set before it leaves
  its place: a user who may not write there loses no job by it.

  KEYS
    [1]  inFlight  hash  `tsq:in-flight:<owner>`
    [2]  dead      zset  `dead`
    [3+] pads      list  `tsq:pad:<capsule>:<name>` of a job that is on a pad; none of any other

  ARGV
    [1]  slot      string  the job's slot; empty when the job is in no slot
    [2]  first     number  the last answered call of lane `#0`, -1 for a caller that makes no calls
    [3]  second    number  and of lane `#1`
    [4]  digest    string  SHA-1 of the payload that the slot or the pad is to hold; empty: not compared
    [5]  score     string  now, float seconds
    [6]  payload   bytes   empty: what the slot holds
    [7]  oldest    string  entries below this score go
    [8]  maxJobs   number  Sidekiq's limit: one less than this many stay

  USES moved, split-held, slot-value, wrong-type

  RETURNS number  1, or 0 when the job is not in its slot or on its pad: it was rescued, or the server has forgotten calls
]]
local call = redis.call
local inFlight, dead, pad = KEYS[1], KEYS[2], KEYS[3]
local slot, first, second, digest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local score, payload, oldest, maxJobs = ARGV[5], ARGV[6], ARGV[7], ARGV[8]
local wrong = wrongType('zset', dead)
if wrong then return wrong end
if slot ~= '' then
  local value = slotValue(inFlight, slot, first, second, digest)
  if not value then return 0 end
  if value == MOVED then return 1 end
  local _, held = splitHeld(value)
  if payload == '' then payload = held end
end
if pad and (call('TYPE', pad).ok ~= 'list' or redis.sha1hex(call('LRANGE', pad, 0, 0)[1]) ~= digest) then return 0 end
-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
call('HDEL', inFlight, '')
call('ZADD', dead, score, payload)
local left = slot ~= '' and redis.pcall('HSET', inFlight, slot, MOVED) or pad and redis.pcall('LPOP', pad)
if type(left) == 'table' then
  -- Refused: it must not be dead and in its place too.
  call('ZREM', dead, payload)
  return left
end
call('ZREMRANGEBYSCORE', dead, '-inf', oldest)
call('ZREMRANGEBYRANK', dead, 0, -tonumber(maxJobs))
return 1
