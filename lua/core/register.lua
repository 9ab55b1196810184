--[[
  register: write down an owner and, in the same step, the hash that is to hold its jobs in flight, and that its process lives.

  A rescuer that finds a silent owner without its hash strikes the owner off. Were the hash written after that,
  nobody would find what is fetched into it: for once the name alone is not enough, nor is the hash.
  A server that lost these has lost the heartbeat as well, and the next one may be ten seconds away: without a sign of life its
  jobs would be brought back from a living process.

  KEYS
    [1]  owners    hash  `tsq:owners`
    [2]  inFlight  hash  `tsq:in-flight:<owner>`
    [3]  beat      hash  the identity, which expires 60 s after the last heartbeat

  ARGV
    [1]   owner   string
    [2]   queues  string  JSON list of those of its queues whose pads may hold a job
    [3]   now     string  seconds
    [4+]  fields  bytes   what the hash is to hold: each lane and its last number, each slot and its payload

  RETURNS number  how many fields of the hash are new
]]
local call = redis.call
local owners, inFlight, beat = KEYS[1], KEYS[2], KEYS[3]
-- `maxmemory` is only checked before a script's first write, and this one is always allowed.
call('HDEL', owners, '')
call('HSET', owners, ARGV[1], ARGV[2])
call('HSET', beat, 'beat', ARGV[3])
call('EXPIRE', beat, 60)
local added = 0
for i = 4, #ARGV, 2 do added = added + call('HSET', inFlight, ARGV[i], ARGV[i + 1]) end
return added
