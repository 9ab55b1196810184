--[[
  claim: take an instant of an entry for this process, and write down that it has yet to fire.

  The ZADD is sidekiq-cron's own claim: whoever adds the instant fires it. The record beside it is ours: a process that
  dies before it has pushed the job leaves it to the others.

  KEYS
    [1]  fired   zset  the instants that have fired
    [2]  claims  hash  `tsq:cron:claims`

  ARGV
    [1]  score  string  the instant in seconds
    [2]  tick   string  the instant as every process spells it
    [3]  field  string  the entry and the instant
    [4]  claim  string  who took it, and when

  RETURNS number  1 if it is this process's
]]
local call = redis.call
local fired, claims = KEYS[1], KEYS[2]
local score, tick, field, claim = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

if call('ZADD', fired, score, tick) == 0 then return 0 end
call('HSET', claims, field, claim)
call('EXPIRE', claims, 86400)
return 1
