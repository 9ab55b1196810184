--[[
  replace: put a changed job into a sorted set in place of what it was, at the same score.

  What another process has taken out meanwhile does not come back.

  KEYS
    [1]  set  zset  `retry`, `schedule` or `dead`

  ARGV
    [1]  member   bytes
    [2]  instead  bytes  what it becomes

  RETURNS number  1, or 0 when the member was gone
]]
local call = redis.call
local set, member, instead = KEYS[1], ARGV[1], ARGV[2]
-- Without the right to take out nothing must be written. And a full memory refuses a script's first write alone, never this one.
call('ZREM', set, 'nobody')
-- Its score, asked with a right that is needed anyway.
local score = call('ZADD', set, 'XX', 'INCR', '0', member)
if not score then return 0 end
if member ~= instead then
  call('ZADD', set, score, instead)
  call('ZREM', set, member)
end
return 1
