--[[
  signal: tell a process to be quiet, to stop, or to log what it is doing.

  What it was told last and has not come for yet it is not told again: asked twice, because the first answer was lost, a
  process of Ruby would break off at the second TERM what it does at the first.

  KEYS
    [1]  signals  list  `<identity>-signals`

  ARGV
    [1]  name     string  `TSTP`, `TERM` or `TTIN`
    [2]  seconds  number  how long it is kept for a process that does not come for it

  USES wrong-type

  RETURNS number  how many are there
]]
local call = redis.call
local signals = KEYS[1]
local name, seconds = ARGV[1], ARGV[2]
local wrong = wrongType('list', signals)
if wrong then return wrong end

-- `maxmemory` is only checked before a script's first write, and this one is always allowed: whoever fills Redis must be stopped.
call('EXPIRE', signals, seconds)
if call('LINDEX', signals, 0) == name then return call('LLEN', signals) end
local count = call('LPUSH', signals, name)
call('EXPIRE', signals, seconds)
return count
