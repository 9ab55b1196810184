--[[
  cancel: write down that nobody wants a job any more, where Ruby looks and where tsq's workers do.

  The first request counts. Scores are times that only grow, whatever the clocks of those who ask: a worker reads what is
  above the highest that it has seen. The member '' keeps the highest that ever was, for jids are taken out again.
  `ex`, `c` and `rt` keep Ruby from failing on a state without a cursor (WIRE §9.4).

  KEYS
    [1]  state  hash  `it-<jid>`
    [2]  index  zset  `tsq:cancelled`

  ARGV
    [1]  jid      string
    [2]  nowMs    string  milliseconds since 1970
    [3]  seconds  string  the same in seconds, as Ruby writes it
    [4]  most     number  so many stay in the index, the newest
    [5]  ttl      number  seconds that both keys live on

  USES wrong-type

  RETURNS string  seconds since 1970 of the first request
]]
local call = redis.call
local state, index = KEYS[1], KEYS[2]
local jid, ttl = ARGV[1], ARGV[5]
local wrong = wrongType('hash', state) or wrongType('zset', index)
if wrong then return wrong end
local newest = call('ZRANGE', index, 0, 0, 'REV', 'WITHSCORES')[2]
local score = string.format('%.0f', math.max(tonumber(ARGV[2]), (tonumber(newest or '0')) + 1))
-- First what says where to look, then what is looked for: half of it, by a right that is missing, cancels nothing.
if call('ZADD', index, 'NX', score, jid) == 1 then call('ZADD', index, score, '') end
call('ZREMRANGEBYRANK', index, 0, -tonumber(ARGV[4]) - 2)
call('EXPIRE', index, ttl)
call('HSETNX', state, 'ex', '0')
call('HSETNX', state, 'c', 'null')
call('HSETNX', state, 'rt', '0')
call('HSETNX', state, 'cancelled', ARGV[3])
call('EXPIRE', state, ttl)
return call('HGET', state, 'cancelled')
