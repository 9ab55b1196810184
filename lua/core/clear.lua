--[[
  clear: throw away the oldest jobs of a queue, and the queue itself with its last one.

  They end with a job that the caller has seen: sent again, because its answer was lost, it finds that one gone, and takes
  no others in its place.

  KEYS
    [1]  queue   list  `queue:<name>`
    [2]  queues  set   `queues`

  ARGV
    [1]  newest  bytes   of those that are meant the one that was pushed last; empty of an empty queue
    [2]  most    number  no more than so many go

  RETURNS number  how many went
]]
local call = redis.call
local queue, queues = KEYS[1], KEYS[2]
local newest, most = ARGV[1], tonumber(ARGV[2])
local size = call('LLEN', queue)
if size > 0 then
  local newer = call('LPOS', queue, newest)
  if not newer then return 0 end
  -- What workers have handed back since lies at the old end, and looks as if it had been there.
  local stay = math.max(newer, size - most)
  if stay > 0 then
    call('LTRIM', queue, 0, stay - 1)
    return size - stay
  end
  call('UNLINK', queue)
end
-- A `queues` of another type costs the pages a name, and nothing else.
redis.pcall('SREM', queues, string.sub(queue, 7))
return size
