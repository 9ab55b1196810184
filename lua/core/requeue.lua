--[[
  requeue: put jobs in flight back where they came from, to be the next ones fetched.

  The bytes in the slot are pushed, so what Ruby gets is what it pushed. A slot that is empty by now was
  finished or rescued, and is left out; so is one whose job was retried or buried. That the slots hold what
  they are thought to hold the numbers of the calls show, as in lua/core/retry.lua. A job whose queue's key holds another type stays in its slot.

  KEYS
    [1]   inFlight  hash  `tsq:in-flight:<owner>`
    [2]   queues    set   `queues`
    [3+]  targets   list  `queue:<name>`, each once

  ARGV
    [1]  first   number  the last answered call of lane `#0`, -1 for a caller that has just read the slots
    [2]  second  number  and of lane `#1`
    [3]  plan    msgpack { slots: readonly string[]; targets: readonly number[] }  at most 1,000 slots, each with its target's number from 1

  USES moved, split-held, wrong-type

  RETURNS number  how many jobs went back, or -1 when the server has forgotten calls and nothing was done
]]
local call, sub = redis.call, string.sub
local inFlight, queues = KEYS[1], KEYS[2]
local plan = cmsgpack.unpack(ARGV[3])
local calls = call('HMGET', inFlight, '#0', '#1')
if tonumber(calls[1] or '-1') < tonumber(ARGV[1]) or tonumber(calls[2] or '-1') < tonumber(ARGV[2]) then return -1 end
local moved, usable = 0, {}
for i = 3, #KEYS do
  usable[i - 2] = not wrongType('list', KEYS[i])
end
-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
call('HDEL', inFlight, '')
for i, slot in ipairs(plan.slots) do
  local value = usable[plan.targets[i]] and call('HGET', inFlight, slot)
  if value and value ~= MOVED then
    local _, payload = splitHeld(value)
    local target = KEYS[2 + plan.targets[i]]
    -- A `queues` of another type costs the pages a name, and must cost no job.
    redis.pcall('SADD', queues, sub(target, 7))
    call('RPUSH', target, payload)
    call('HDEL', inFlight, slot)
    moved = moved + 1
  end
end
return moved
