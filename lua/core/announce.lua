--[[
  announce: write down with a heartbeat who holds jobs of a living process, as the process knew it a moment ago.

  A server that lost its owners gets them again by this. It must not bring back one that is of the past: since the process
  said who it is, it may have become the next owner, because its jobs had been rescued (recover.lua). An owner of the past
  whose process lives is believed to hold what the next one does, above all its pads, which are the capsule's.
  What a process was before goes as soon as nothing is left of it; while there is, a rescuer has to find it.

  KEYS
    [1]   owners   hash  `tsq:owners`
    [2+]  formers  hash  `tsq:in-flight:<owner>` of each owner that it was

  ARGV
    [1]   owner    string
    [2]   queues   string  JSON list of those of its queues whose pads may hold a job
    [3]   next     string  the owner that it is to become when its jobs are rescued
    [4+]  formers  string  each owner that it was, in the order of their hashes

  RETURNS number  1, or 0 when it has become the next owner
]]
local call = redis.call
local owners = KEYS[1]
if call('HEXISTS', owners, ARGV[3]) == 1 then return 0 end
-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
call('HDEL', owners, '')
call('HSET', owners, ARGV[1], ARGV[2])
for i = 2, #KEYS do
  if call('EXISTS', KEYS[i]) == 0 then call('HDEL', owners, ARGV[2 + i]) end
end
return 1
