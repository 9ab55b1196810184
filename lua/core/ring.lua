--[[
  ring: call whoever waits longest at the bell to look after a set of queues, and change the caller's own lease.

  What lies in the bell is no job: should it get lost, whoever stands by asks by itself in a moment.
  UNLINK comes before any other write: `maxmemory` is only checked before a script's first write, and this one is always allowed.

  KEYS
    [1]  watchman  string  `tsq:watch:<set>`
    [2]  deputy    string  `tsq:watch:<set>:deputy`
    [3]  bell      list    `tsq:watch:<set>:bell`

  ARGV
    [1]  me       string  who rings
    [2]  how      string  `handOn`: the watchman's, if there is a deputy, for else nobody is idle. `giveBack`: whichever it holds. `takeOver`: its own as deputy for that of the watchman, who has not come. `pass`: none; it was called and cannot come
    [3]  turn     number  as watch.lua has it, for `takeOver`
    [4]  leaseMs  number  the same

  RETURNS number  1, or 0 when it holds no such lease, and nobody was called
]]
local call, sub = redis.call, string.sub
local watchman, deputy, bell = KEYS[1], KEYS[2], KEYS[3]
local me, how = ARGV[1] .. ' ', ARGV[2]
local held = call('MGET', watchman, deputy)

local function isMine(value) return value and sub(value, 1, #me) == me end
local isWatchman, isDeputy = isMine(held[1]), isMine(held[2])

local mayRing = {
  handOn = isWatchman and held[2],
  giveBack = isWatchman or isDeputy,
  takeOver = isDeputy,
  pass = true,
}
if not mayRing[how] then return 0 end
call('UNLINK', bell)
if how == 'handOn' then
  -- Kept for who is called; not for long, who knows whether anybody hears it.
  call('SET', watchman, '?', 'PX', 100)
elseif how == 'giveBack' then
  if isWatchman then call('UNLINK', watchman) end
  if isDeputy then call('UNLINK', deputy) end
elseif how == 'takeOver' then
  call('UNLINK', deputy)
  call('SET', watchman, me .. ARGV[3], 'PX', ARGV[4])
end
call('LPUSH', bell, '1')
call('EXPIRE', bell, 10)
return 1
