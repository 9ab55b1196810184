--[[
  strike: count jobs as brought back once whose process ends by a mistake that one of them may have made.

  A process that ends so in a full memory must be counted as well: else its job ends one process after another.

  KEYS
    [1]   owners  hash    `tsq:owners`, of which nothing is changed
    [2+]  counts  string  `tsq:rescues:<jid>`, each once

  ARGV
    [1]  most  number  who was brought back so often before is a poison pill

  USES count-rescue

  RETURNS [...number[]]  the places of the poison pills in counts
]]
local most = tonumber(ARGV[1])
-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
redis.call('HDEL', KEYS[1], '')
local pills = {}
for i = 2, #KEYS do
  if countRescue(KEYS[i]) > most then pills[#pills + 1] = i - 1 end
end
return pills
