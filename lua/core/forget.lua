--[[
  forget: have Redis forget who has read queues under CLIENT TRACKING, of those that are empty.

  Redis keeps the number of each connection that has read a key until the key changes, also when the connection is gone, and
  no write changes an empty queue that leaves it empty. So something lies there while this call runs, which nobody sees: Redis
  serves who waits at a list when a call is over, and then it is empty again. Readers that are not gone are told, and look.
  LPOP comes before LPUSH: what may not be taken off must not be put there. And `maxmemory`, of which these readers take a
  part, is only checked before a script's first write; this one is always allowed.

  KEYS
    [1+]  queues  list  `queue:<name>`

  ARGV
    [1]  text  string  what lies there meanwhile

  RETURNS number  of how many queues the readers are forgotten
]]
local call = redis.call
local forgotten = 0
for _, queue in ipairs(KEYS) do
  if call('EXISTS', queue) == 0 then
    if forgotten == 0 then call('LPOP', queue) end
    call('LPUSH', queue, ARGV[1])
    call('LPOP', queue)
    forgotten = forgotten + 1
  end
end
return forgotten
