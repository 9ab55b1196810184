--[[
  enqueue: put payloads onto their queues and into the schedule: all of them or none, and once, however often it is sent.

  A client numbers what it sends on each of its two lanes, and sends a number on a lane only when it gave up or had the
  answer of the one before. So what is not newer than the lane's last number has been here. The number is written in the
  same step as the jobs: a server that went back to an older state lacks both, and takes them again.

  KEYS
    [1]   numbers  hash  `tsq:push:<id>`: the last number of each lane
    [2]   queues   set   `queues`
    [3+]  targets  list  `queue:<name>`; any other is the sorted set `schedule`

  ARGV
    [1]   lane    number
    [2]   number  number  one more than the last on this lane
    [3+]  counts  number  for each target how many of the values are its own
    [..]  values  bytes   for each target its payloads; for the schedule the time and the payload of each job

  USES wrong-type

  RETURNS number  1, 0 when they were here already, or minus the number of a key of another type: then nothing is written

  An error says that no job is written, unless it begins with PARTLY.
]]
local call, sub, gsub = redis.call, string.sub, string.gsub
local numbers, queues, lane, number = KEYS[1], KEYS[2], ARGV[1], ARGV[2]

-- Looked at before the first write, so that nothing is written when not all can be; and before the number: what a
-- transaction brought here, which looks at no type, left the number and not the jobs of a wrong key.
local named = {}
for i = 3, #KEYS do
  local wanted = 'zset'
  if sub(KEYS[i], 1, 6) == 'queue:' then
    wanted, named[#named + 1] = 'list', sub(KEYS[i], 7)
  end
  if wrongType(wanted, KEYS[i]) then return -i end
end
local last = call('HGET', numbers, lane) or '0'
if tonumber(last) >= tonumber(number) then return 0 end
local pcall = redis.pcall
if #named > 0 then
  -- The first write: a full memory refuses it and with it everything, and so does a `queues` of another type.
  local added = pcall('SADD', queues, unpack(named))
  if type(added) == 'table' then
    if sub(added.err, 1, 9) == 'WRONGTYPE' then return -2 end
    -- Up to 7.0 Redis does not say which command of a script it refuses to the user.
    return {err = gsub(added.err, 'this command or subcommand', "the 'sadd' command")}
  end
end
-- The number before the jobs: a user without the right to write it must not leave jobs that have none.
local kept = pcall('HSET', numbers, lane, number)
if type(kept) == 'table' then
  return {err = gsub(kept.err, 'this command or subcommand', "the 'hset' command")}
end
kept = pcall('EXPIRE', numbers, 3600)
local from = #KEYS + 1
for i = 3, #KEYS do
  local to = from + ARGV[i] - 1
  local pushed = kept
  if type(kept) ~= 'table' then
    pushed = pcall(sub(KEYS[i], 1, 6) == 'queue:' and 'LPUSH' or 'ZADD', KEYS[i], unpack(ARGV, from, to))
  end
  if type(pushed) == 'table' then
    call('HSET', numbers, lane, last)
    local name = pushed == kept and 'expire' or sub(KEYS[i], 1, 6) == 'queue:' and 'lpush' or 'zadd'
    local err = gsub(pushed.err, 'this command or subcommand', "the '" .. name .. "' command")
    return {err = i > 3 and 'PARTLY ' .. err or err}
  end
  from = to + 1
end
return 1
