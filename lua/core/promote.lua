--[[
  promote: move due jobs from a sorted set onto their queues.

  ZREM is the claim: a job is pushed only by the caller that removes it, so any number of pollers may race here and
  each job is enqueued once, and never lost in between; not by a user who may not push either.

  KEYS
    [1]   set      zset  `retry`, `schedule` or `dead`
    [2]   queues   set   `queues`
    [3+]  targets  list  `queue:<name>`, each once

  ARGV
    [1]   plan  msgpack { targets: readonly number[] }  for each job its target's number from 1, or 0 to only remove it
    [2+]  jobs  bytes   for each job its member in the set, then the payload to push

  USES wrong-type

  RETURNS number  how many jobs were moved or removed
]]
local call = redis.call
local set, queues = KEYS[1], KEYS[2]
local plan = cmsgpack.unpack(ARGV[1])
local moved, usable = 0, {[0] = true}
-- A job whose queue's key holds another type stays where it is.
for i = 3, #KEYS do usable[i - 2] = not wrongType('list', KEYS[i]) end
-- Without the right to take out nothing must be pushed. And a full memory refuses a script's first write alone, never this one.
call('ZREM', set, 'nobody')
local named = {}
for i, number in ipairs(plan.targets) do
  local member, target = ARGV[2 * i], KEYS[2 + number]
  if usable[number] and number > 0 and not named[number] then
    -- A user may lack the right to push to this key: so the first job is taken out after it was pushed. INCR by 0 asks
    -- whether it is there, with a right that is needed anyway.
    if call('ZADD', set, 'XX', 'INCR', '0', member) then
      -- A `queues` of another type costs the pages a name, and must cost no job.
      redis.pcall('SADD', queues, string.sub(target, 7))
      call('LPUSH', target, ARGV[2 * i + 1])
      call('ZREM', set, member)
      named[number] = true
      moved = moved + 1
    end
  elseif usable[number] and call('ZREM', set, member) == 1 then
    moved = moved + 1
    if number > 0 then call('LPUSH', target, ARGV[2 * i + 1]) end
  end
end
return moved
