--[[
  takeover: take a claim from a process that has not fired it, or give it up.

  KEYS
    [1]  claims  hash  `tsq:cron:claims`

  ARGV
    [1]  field   string  the entry and the instant
    [2]  before  string  the claim as it was seen
    [3]  after   string  the claim of this process, or nothing to give it up

  RETURNS number  1 if it was still as it was seen
]]
local call = redis.call
local claims, field, before, after = KEYS[1], ARGV[1], ARGV[2], ARGV[3]

if call('HGET', claims, field) ~= before then return 0 end
if after == '' then
  call('HDEL', claims, field)
else
  call('HSET', claims, field, after)
end
return 1
