--[[
  withdraw: take one job off a queue by its bytes, and put it onto another or into the dead set.

  It is looked for from the end that it is nearer to: the cost is that of the way there. It is written first and taken
  back when the job turns out to be gone, because a user may lack the right to write there.

  KEYS
    [1]  queue   list  `queue:<name>`
    [2]  queues  set   `queues`
    [3]  target  list  `queue:<name>`, or the zset `dead`

  ARGV
    [1]  payload  bytes
    [2]  moved    bytes   what is put there
    [3]  side     number  1 when it is nearer to the new end, -1 to the old one
    [4]  score    string  now, float seconds, for the dead set; empty for a queue
    [5]  oldest   string  entries of the dead set below this score go
    [6]  maxJobs  number  Sidekiq's limit: one less than this many stay there

  USES wrong-type

  RETURNS number  1, or 0 when the job was gone
]]
local call = redis.call
local queue, queues, target = KEYS[1], KEYS[2], KEYS[3]
local payload, moved, side, score, oldest, maxJobs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local isQueue = score == ''
local wrong = wrongType('list', queue) or wrongType(isQueue and 'list' or 'zset', target)
if wrong then return wrong end
-- Without the right to take back nothing must be written. And a full memory refuses a script's first write alone, never this one.
if isQueue then call('LPOP', target, 0) else call('ZREM', target, 'nobody') end
local added
if isQueue then
  added = call('LPUSH', target, moved)
else
  added = call('ZADD', target, score, moved)
end
-- Of two equal ones on the same queue the other goes: they are the same.
local removed = redis.pcall('LREM', queue, side, payload)
if removed ~= 1 then
  if isQueue then call('LPOP', target) elseif added == 1 then call('ZREM', target, moved) end
  -- Refused: said by the command itself, and of no job.
  if removed ~= 0 then return call('LREM', queue, side, 'nobody') end
  return 0
end
if isQueue then
  -- A `queues` of another type costs the pages a name, and must cost no job.
  redis.pcall('SADD', queues, string.sub(target, 7))
else
  call('ZREMRANGEBYSCORE', target, '-inf', oldest)
  call('ZREMRANGEBYRANK', target, 0, -tonumber(maxJobs))
end
return 1
