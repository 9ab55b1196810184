--[[
  promote: move due jobs from a sorted set onto their queues.

  ZREM is the claim: a job is pushed only by the caller that removed it, so any number
  of pollers may race here and each job is enqueued once, and never lost in between.

  KEYS
    [1]   set      zset  `retry`, `schedule` or `dead`
    [2]   queues   set   `queues`
    [3+]  targets  list  `queue:<name>`, each once

  ARGV
    [1]   plan  msgpack { targets: readonly number[] }  for each job its target's number from 1, or 0 to only remove it
    [2+]  jobs  bytes   for each job its member in the set, then the payload to push

  RETURNS number  how many jobs were moved or removed
]]
local call = redis.call
local set, queues = KEYS[1], KEYS[2]
local plan = cmsgpack.unpack(ARGV[1])
local moved, named = 0, {}
for i, number in ipairs(plan.targets) do
  if call('ZREM', set, ARGV[2 * i]) == 1 then
    moved = moved + 1
    local target = KEYS[2 + number]
    if number > 0 then
      if not named[number] then
        call('SADD', queues, string.sub(target, 7))
        named[number] = true
      end
      call('LPUSH', target, ARGV[2 * i + 1])
    end
  end
end
return moved
