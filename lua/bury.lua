--[[
  bury: take a job out of flight and put it into the dead set, trimmed as Sidekiq trims it.

  Without a payload the bytes in the slot are buried as they are: a malformed job never passes through text.
  A mark stays in the slot, as in lua/retry.lua.

  KEYS
    [1]  inFlight  hash  `tsq:in-flight:<owner>`
    [2]  dead      zset  `dead`

  ARGV
    [1]  slot      string  the job's slot; empty when the job is in no slot
    [2]  score     string  now, float seconds
    [3]  payload   bytes   empty: what the slot holds
    [4]  oldest    string  entries below this score go
    [5]  maxJobs   number  Sidekiq's limit: one less than this many stay

  RETURNS number  1, or 0 when the slot is empty: the job was rescued, or the server lost the hash
]]
local MOVED = '-'
local call = redis.call
local inFlight, dead = KEYS[1], KEYS[2]
local slot, score, payload, oldest, maxJobs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]
-- Looked at before the first write: a key of another type must not cost a job.
local kind = call('TYPE', dead).ok
if kind ~= 'zset' and kind ~= 'none' then
  return redis.error_reply('WRONGTYPE Expected ' .. dead .. ' to be a zset, it is a ' .. kind)
end
if slot ~= '' then
  local value = call('HGET', inFlight, slot)
  if not value then return 0 end
  if value == MOVED then return 1 end
  -- The first write, because a full memory never refuses it.
  call('HDEL', inFlight, slot)
  call('HSET', inFlight, slot, MOVED)
  if payload == '' then
    payload = value
    if string.sub(value, 1, 1) == '\n' then
      payload = string.sub(value, string.find(value, '\n', 2, true) + 1)
    end
  end
end
call('ZADD', dead, score, payload)
call('ZREMRANGEBYSCORE', dead, '-inf', oldest)
call('ZREMRANGEBYRANK', dead, 0, -tonumber(maxJobs))
return 1
