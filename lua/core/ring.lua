--[[
  ring: hand the watch over a set of queues on to whoever waits longest at the bell.

  What lies in the bell is no job: should it get lost, the lease of the caller who is awaited ends by itself.
  UNLINK comes before any other write: `maxmemory` is only checked before a script's first write, and this one is always allowed.

  KEYS
    [1]  watchman  string  `tsq:watch:<set>`
    [2]  deputy    string  `tsq:watch:<set>:deputy`
    [3]  bell      list    `tsq:watch:<set>:bell`

  ARGV
    [1]  me         string  who rings
    [2]  isLeaving  number  1: gives back whichever lease is its own. 0: hands on the watchman's, and only where there is a deputy, for else nobody is idle

  RETURNS number  1, or 0 when it holds no lease to hand on
]]
local call, sub = redis.call, string.sub
local watchman, deputy, bell = KEYS[1], KEYS[2], KEYS[3]
local me = ARGV[1] .. ' '
local held = call('MGET', watchman, deputy)

local function isMine(value) return value and sub(value, 1, #me) == me end

if ARGV[2] == '1' then
  if not isMine(held[1]) and not isMine(held[2]) then return 0 end
  call('UNLINK', bell)
  if isMine(held[1]) then call('UNLINK', watchman) end
  if isMine(held[2]) then call('UNLINK', deputy) end
else
  if not isMine(held[1]) or not held[2] then return 0 end
  call('UNLINK', bell)
  -- Kept for who is called; not for long, who knows whether anybody hears it.
  call('SET', watchman, '?', 'PX', 100)
end
call('LPUSH', bell, '1')
call('EXPIRE', bell, 10)
return 1
