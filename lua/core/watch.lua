--[[
  watch: ask to be one of the two that look after a set of queues for all idle workers.

  The watchman is told of jobs and takes them; the deputy looks whether it did. All others stand by until one is gone.
  A lease is no lock: whoever believes to hold one looks at queues once too often, and a job moves by fetch.lua alone. So a
  caller may take over what it has seen unchanged for longer than a lease lasts, whatever the server's clock says of it.
  UNLINK comes before any other write: `maxmemory` is only checked before a script's first write, and this one is always allowed.
  Refused, all who are idle would look, while the server is in trouble.

  KEYS
    [1]  watchman  string  `tsq:watch:<set>`
    [2]  deputy    string  `tsq:watch:<set>:deputy`

  ARGV
    [1]  me              string  who asks
    [2]  turn            number  differs each time, so that a renewal is a change
    [3]  leaseMs         number
    [4]  isCalled        number  1: the bell has rung for the caller, which may take what is kept for it
    [5]  staleWatchman   string  the value of the watchman's that nobody has renewed for a lease, or nothing
    [6]  staleDeputy     string  the same of the deputy's

  RETURNS [number, string | null, string | null]  0 stands by, 1 deputy, 2 watchman, 3 watchman and somebody else is deputy; both values as they were
]]
local call, sub = redis.call, string.sub
local watchman, deputy = KEYS[1], KEYS[2]
local me, leaseMs = ARGV[1] .. ' ', ARGV[3]
local held = call('MGET', watchman, deputy)

local function isMine(value) return value and sub(value, 1, #me) == me end
local function isFree(value, stale) return not value or value == stale or isMine(value) end

local function take(lease)
  call('UNLINK', lease)
  call('SET', lease, me .. ARGV[2], 'PX', leaseMs)
end

local role = 0
if isFree(held[1], ARGV[5]) or (ARGV[4] == '1' and held[1] == '?') then
  take(watchman)
  if isMine(held[2]) then call('UNLINK', deputy) end
  role = (isFree(held[2], ARGV[6])) and 2 or 3
elseif isFree(held[2], ARGV[6]) then
  take(deputy)
  role = 1
end
return {role, held[1], held[2]}
