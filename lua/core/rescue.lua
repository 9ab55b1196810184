--[[
  rescue: bring the jobs of a dead process back to their queues, or those that a process cannot go on with.

  The process is dead when its heartbeat is gone, which is looked at again here: between a rescuer's look
  and this script it may have come back. The first call leaves a mark that tells a process that was only
  frozen that its jobs are not its own any more.

  A process whose event loop is blocked calls this itself, with its calls as it found them: had it made another one since,
  it would not be blocked. What becomes of its jobs counts as nobody's rescue, and its marks of moved jobs stay.

  The last call strikes the owner off and closes its pads: a network may still hold a waiting move of the dead process, and
  nobody would look again at a job that it puts there. A key that is no list refuses the move, which then takes nothing.
  A process that was only frozen opens them (recover.lua).

  KEYS
    [1]   inFlight  hash    `tsq:in-flight:<owner>`
    [2]   beat      hash    the identity, which expires 60 s after the last heartbeat
    [3]   owners    hash    `tsq:owners`
    [4]   queues    set     `queues`
    [5]   rescued   string  `tsq:rescued:<owner>`, or `tsq:relieved:<owner>` for one that is blocked
    [6+]  targets   list    `queue:<name>`, each once
    [..]  pads      list    `tsq:pad:<capsule>:<name>`, for each target
    [..]  counts    string  `tsq:rescues:<jid>`, one per slot with a target, then one per job on a pad

  ARGV
    [1]  owner  string
    [2]  plan   msgpack { slots: readonly string[]; digests: readonly string[]; targets: readonly number[]; landed: readonly number[]; queues: number; last: boolean; calls: readonly string[]; spared: readonly number[] }  at most 500 slots, last those without a target, whose jobs were retried or buried; digests, the SHA-1 of what the rescuer saw in each slot with a target, and then on the pads; landed, the targets of these pads; the lanes' numbers of a blocked process, none of a dead one; the targets whose pads are left alone
    [3]  mark   string  what the mark says

  USES closed-pad, close-pad, count-rescue, moved, split-held, wrong-type

  RETURNS number  how many jobs went back, or -1 when the process is alive, or not blocked any more
]]
local call, sub = redis.call, string.sub
local inFlight, beat, owners, queues, rescued = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local owner, plan = ARGV[1], cmsgpack.unpack(ARGV[2])
local isBlocked = #plan.calls > 0
if isBlocked then
  local calls = call('HMGET', inFlight, '#0', '#1')
  if (calls[1] or '') ~= plan.calls[1] or (calls[2] or '') ~= plan.calls[2] then return -1 end
elseif call('EXISTS', beat) == 1 then
  return -1
end
-- Before any other write: `maxmemory` is only checked before a script's first one, and this is always allowed.
call('HDEL', inFlight, '#0', '#1')
call('SET', rescued, ARGV[3], 'EX', 86400)
local moved, usable, counted, isEmpty = 0, {}, {}, true
-- Once for a job that was in flight twice: its process died once.
local function count(number)
  local key = not isBlocked and KEYS[5 + 2 * plan.queues + number]
  if not key or counted[key] then return end
  counted[key] = true
  countRescue(key)
end
-- A job whose queue's key holds another type stays where it is, and must not hold up the others.
for i = 1, plan.queues do
  usable[i] = not wrongType('list', KEYS[5 + i])
end
for i, slot in ipairs(plan.slots) do
  local value = call('HGET', inFlight, slot)
  if value == MOVED then
    if not isBlocked then call('HDEL', inFlight, slot) end
  elseif value and usable[plan.targets[i]] and redis.sha1hex(value) == plan.digests[i] then
    -- A slot that was filled anew since the look holds a job of another queue, perhaps, and has another count.
    local _, payload = splitHeld(value)
    local target = KEYS[5 + plan.targets[i]]
    -- A `queues` of another type costs the pages a name, and must cost no job.
    redis.pcall('SADD', queues, sub(target, 7))
    call('RPUSH', target, payload)
    call('HDEL', inFlight, slot)
    count(i)
    moved = moved + 1
  end
end
local isSpared, seen, slotted = {}, {}, #plan.digests - #plan.landed
for _, number in ipairs(plan.spared) do isSpared[number] = true end
for i, number in ipairs(plan.landed) do seen[number] = slotted + i end
for i = 1, plan.queues do
  local target, pad, number = KEYS[5 + i], KEYS[5 + plan.queues + i], seen[i]
  local isList = not isSpared[i] and usable[i] and call('TYPE', pad).ok == 'list'
  local value = isList and call('LMOVE', pad, target, 'LEFT', 'RIGHT')
  while value do
    redis.pcall('SADD', queues, sub(target, 7))
    if number and redis.sha1hex(value) == plan.digests[number] then count(number) end
    moved = moved + 1
    value = call('LMOVE', pad, target, 'LEFT', 'RIGHT')
  end
  isEmpty = isEmpty and (call('EXISTS', pad) == 0 or call('MGET', pad)[1] == CLOSED)
end
-- What is still there came after the rescuer's look, or could not be moved: it is found again.
local isOver = plan.last and isEmpty and call('EXISTS', inFlight) == 0
-- Of an owner that is struck off already this call is late: it may have become another one, whose pads wait.
if isOver and call('HDEL', owners, owner) == 1 then
  for i = 1, plan.queues do closePad(KEYS[5 + plan.queues + i]) end
end
return moved
