--[[
  recover: make the hash of a worker's jobs in flight what the worker knows it to be, and write down that the worker lives.

  In one step, because a server that went back to an older state may do so once more at any moment: what it has again by then
  must not be certified by numbers that were written for another state. Whatever the hash and the worker's earlier hashes hold
  that is not the worker's goes back to its queue: the worker had moved or finished it and the server forgot, or it came after
  a rescuer had looked. To run twice is better than to be lost. What cannot go back, because its queue's key holds another
  type, is put aside under a name that no call fills.
  A call that arrives late, after it was sent again on another connection, finds that the worker has gone on: nothing is done.
  A pad may hold another job than the one that landed, or none: then that one is on no pad any more, and is written into its slot.
  Pads that a rescuer closed are opened: what lands there is found again, now that the worker is written down.

  KEYS
    [1]   owners    hash    `tsq:owners`
    [2]   inFlight  hash    `tsq:in-flight:<owner>`
    [3]   beat      hash    the identity, which expires 60 s after the last heartbeat
    [4]   queues    set     `queues`
    [5]   rescued   string  `tsq:rescued:<owner>`, or that of the owner that it was when its jobs were rescued
    [6+]  formers   hash    `tsq:in-flight:<owner>` of each owner that the worker was, the last one first
    [..]  targets   list    `queue:<name>`, each once
    [..]  pads      list    `tsq:pad:<capsule>:<name>`, one per landed job
    [..]  waiting   list    `tsq:pad:<capsule>:<name>` of each of the worker's queues that may have one

  ARGV
    [1]   owner   string
    [2]   names   string   JSON list of those of the owner's queues whose pads may hold a job
    [3]   now     string   seconds
    [4]   first   number   the last answered call of lane `#0`, to be written
    [5]   second  number   and of lane `#1`
    [6]   plan    msgpack  { formers: readonly string[]; targets: number; isRescued: boolean; isLast: boolean; slots: readonly string[]; queues: readonly string[]; marks: readonly number[]; fills: readonly number[]; landed: readonly number[]; adopts: readonly number[] }  marks, whether the slot may hold one: 0 no, 1 unless the server is older, 2 yes; fills, what a slot gets that lacks its job: 0 nothing, 1 the job, 2 the mark; landed, the target of each pad; adopts, the place of its job in slots, 0 when it is to be in none
    [7+]  texts   bytes    the payload for each slot, then for each pad

  USES closed-pad, moved, split-held, wrong-type

  RETURNS [number, ...(string | number)[]]  `1, places of pads` whose job is not on them | `-1, names` of queues that are missing in targets | `-2` the jobs were rescued; by the last two nothing is done
]]
local call, sub, find = redis.call, string.sub, string.find
local owners, inFlight, beat, queues, rescued = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]
local first, second, plan = tonumber(ARGV[4]), tonumber(ARGV[5]), cmsgpack.unpack(ARGV[6])
local formers, slots = plan.formers, plan.slots
local targetsFrom = 5 + #formers
local padsFrom = targetsFrom + plan.targets
if not plan.isRescued and call('EXISTS', rescued) == 1 then return {-2} end

local targets = {}
for i = 1, plan.targets do
  local key = KEYS[targetsFrom + i]
  targets[sub(key, 7)] = {key = key, isUsable = not wrongType('list', key)}
end

local function split(value)
  local queue, payload = splitHeld(value)
  if queue then return queue, payload end
  local at = find(value, '"queue":"', 1, true)
  local nameEnd = at and find(value, '"', at + 9, true)
  if not nameEnd or nameEnd == at + 9 then return 'default', value end
  return sub(value, at + 9, nameEnd - 1), value
end

local strangers, drops, unknown, named = {}, {}, {-1}, {}
local function give(hash, slot, name, text, value)
  strangers[#strangers + 1] = {hash = hash, slot = slot, target = targets[name], text = text, value = value}
  if not targets[name] and not named[name] then
    named[name] = true
    unknown[#unknown + 1] = name
  end
end
local function drop(hash, slot) drops[#drops + 1] = {hash, slot} end

local units, isKept = {}, {}
for i, slot in ipairs(slots) do units[slot] = i end
for number = 1, #formers do
  local hash = KEYS[5 + number]
  local values = call('HGETALL', hash)
  for i = 1, #values, 2 do
    local slot, value = values[i], values[i + 1]
    local name, text = split(value)
    -- What ended since is done: only the owner whose jobs were rescued just now can hold such a job.
    local unit = number == 1 and plan.isRescued and units[slot]
    if sub(slot, 1, 1) == '#' or value == MOVED or (unit and plan.marks[unit] ~= 2 and text == ARGV[6 + unit]) then
      drop(hash, slot)
    else
      give(hash, slot, name, text, value)
    end
  end
end

local calls = call('HMGET', inFlight, '#0', '#1')
local isOlder = tonumber(calls[1] or '-1') < first or tonumber(calls[2] or '-1') < second
if tonumber(calls[1] or '-1') > first or tonumber(calls[2] or '-1') > second then return {1} end
local values = call('HGETALL', inFlight)
for i = 1, #values, 2 do
  local slot, value = values[i], values[i + 1]
  local unit = units[slot]
  if sub(slot, 1, 1) == '#' then
    -- Written below.
  elseif value == MOVED then
    -- An answer that is on its way will tell of it; not so when the server has forgotten answers of before.
    local mark = unit and plan.marks[unit] or 0
    isKept[slot] = mark == 2 or (mark == 1 and not isOlder)
    if not isKept[slot] then drop(inFlight, slot) end
  else
    local name, text = split(value)
    isKept[slot] = unit and plan.marks[unit] ~= 2 and text == ARGV[6 + unit]
    if not isKept[slot] then give(inFlight, slot, name, text, value) end
  end
end
if #unknown > 1 and not plan.isLast then return unknown end

-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
call('HDEL', owners, '')
for _, it in ipairs(strangers) do
  local isAside = sub(it.slot, 1, 1) == '!'
  if it.target and it.target.isUsable then
    -- A `queues` of another type costs the pages a name, and must cost no job.
    redis.pcall('SADD', queues, sub(it.target.key, 7))
    call('RPUSH', it.target.key, it.text)
    call('HDEL', it.hash, it.slot)
  elseif not isAside then
    local place = 1
    while call('HSETNX', it.hash, '!' .. place, it.value) == 0 do place = place + 1 end
    call('HDEL', it.hash, it.slot)
  end
end
for _, it in ipairs(drops) do call('HDEL', it[1], it[2]) end
for number, former in ipairs(formers) do
  if call('EXISTS', KEYS[5 + number]) == 0 then call('HDEL', owners, former) end
end

local reply = {1}
for i, number in ipairs(plan.landed) do
  local pad, text = KEYS[padsFrom + i], ARGV[6 + #slots + i]
  local target = KEYS[targetsFrom + number]
  local isList = call('TYPE', pad).ok == 'list'
  local top = isList and call('LRANGE', pad, 0, 0)[1]
  while top and top ~= text and targets[sub(target, 7)].isUsable do
    call('LMOVE', pad, target, 'LEFT', 'RIGHT')
    top = call('LRANGE', pad, 0, 0)[1]
  end
  if top ~= text then
    reply[#reply + 1] = i
    if plan.adopts[i] > 0 then plan.fills[plan.adopts[i]] = 1 end
  end
end

call('HSET', owners, ARGV[1], ARGV[2])
for number = padsFrom + #plan.landed + 1, #KEYS do
  if call('MGET', KEYS[number])[1] == CLOSED then call('UNLINK', KEYS[number]) end
end
call('HSET', beat, 'beat', ARGV[3])
call('EXPIRE', beat, 60)
call('HSET', inFlight, '#0', ARGV[4], '#1', ARGV[5])
for i, slot in ipairs(slots) do
  local fill = plan.fills[i]
  if not isKept[slot] and fill == 2 then call('HSET', inFlight, slot, MOVED) end
  if not isKept[slot] and fill == 1 then
    call('HSET', inFlight, slot, '\n' .. plan.queues[i] .. '\n' .. ARGV[6 + i])
  end
end
return reply
