--[[
  beat: write down that a process lives, and how it stands, in a server whose memory is full.

  A heartbeat is a transaction of plain commands, as Ruby's is. A full memory takes none, and nothing by which a record that has
  lapsed could be there again: a process that works would be taken for dead, and nobody would see it who wants to stop it.

  KEYS
    [1]  beat       hash    the identity, which expires 60 s after the last heartbeat
    [2]  processes  set     `processes`
    [3]  classes    string  `tsq:classes:<identity>`
    [4]  heard      zset    `tsq:heard`

  ARGV
    [1]   identity  string
    [2]   nowMs     number  milliseconds since 1970
    [3]   list      string  what `classes` is to hold; empty when it is there
    [4+]  fields    string  of the record, each with its value behind it

  RETURNS number  1 when the record was there, as a beat writes it
]]
local call = redis.call
local beat, processes, classes, heard = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local identity, nowMs, list = ARGV[1], ARGV[2], ARGV[3]
local wasThere = call('HEXISTS', beat, 'info')
-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
call('HDEL', beat, '')
for i = 4, #ARGV, 2 do call('HSET', beat, ARGV[i], ARGV[i + 1]) end
call('EXPIRE', beat, 60)
call('SADD', processes, identity)
if list ~= '' then call('SET', classes, list, 'EX', 60) end
-- It only tells of the dead, and what refuses it keeps no beat from being heard.
redis.pcall('ZADD', heard, nowMs, identity)
return wasThere
