--[[
  kill: move one member of a sorted set to the dead set, trimmed as Sidekiq trims it.

  What another process has taken out meanwhile is not written again.

  KEYS
    [1]  set   zset  `retry` or `schedule`; in `dead` a member gets a new score
    [2]  dead  zset  `dead`

  ARGV
    [1]  member   bytes
    [2]  score    string  now, float seconds
    [3]  oldest   string  entries below this score go
    [4]  maxJobs  number  Sidekiq's limit: one less than this many stay

  USES wrong-type

  RETURNS number  1, or 0 when the member was gone
]]
local call = redis.call
local set, dead = KEYS[1], KEYS[2]
local member, score, oldest, maxJobs = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local wrong = wrongType('zset', dead)
if wrong then return wrong end
-- Without the right to take out nothing must be written. And a full memory refuses a script's first write alone, never this one.
call('ZREM', set, 'nobody')
-- Whether it is there, asked with a right that is needed anyway.
if not call('ZADD', set, 'XX', 'INCR', '0', member) then return 0 end
-- A user may lack the right to write to this key: so the job is taken out after that.
call('ZADD', dead, score, member)
if set ~= dead then call('ZREM', set, member) end
call('ZREMRANGEBYSCORE', dead, '-inf', oldest)
call('ZREMRANGEBYRANK', dead, 0, -tonumber(maxJobs))
return 1
