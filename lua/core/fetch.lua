--[[
  fetch: give back the slots of finished jobs and fill free ones, in one step.

  A job is popped and recorded in the owner's in-flight hash at once, so at no moment is it only in a
  worker's memory. A slot that is filled again overwrites the finished job in it: acknowledging costs nothing.
  Each lane numbers its calls. A call that is sent twice finds its number used and answers with the same jobs.
  A hash without the lane was lost or rescued: what went into it then would be found by nobody. One that lacks a
  call of either lane is that of a server which went back: its slots and its pads may hold other jobs than ours.
  RPOP comes before any other write: `maxmemory` is only checked before a script's first write. Should the hash refuse what
  was popped, by a right that the user lacks, everything goes back to where it was.

  KEYS
    [1]   inFlight  hash  `tsq:in-flight:<owner>`
    [2+]  queues    list  `queue:<name>`, in order of preference; none when nothing is wanted and nothing has landed
    [..]  pads      list  `tsq:pad:<capsule>:<name>`, one per queue, or none when nothing has landed

  ARGV
    [1]   lane      string  the field that holds this lane's last number, `#0` or `#1`
    [2]   seq       number  this call's number, one more than the last
    [3]   other     number  the last answered call of the other lane
    [4]   slots     string  two characters per slot
    [5]   moved     string  those of them whose job was retried or buried: they must hold the mark of that
    [6]   wanted    number  so many slots, the first ones, are to be filled; the rest are only given back
    [7]   offset    number  random from 0 to 1, shared out over the queues by weight (systematic sampling)
    [8+]  weights   number  one per queue; all 0 is strict order, -1 leaves the queue alone
    [..]  landings  string  for jobs on a pad `+<slot><queue>` adopt, `*..<queue>` finished, `<..<queue>` give back, `<<slot><queue>` what ran

  USES moved

  RETURNS [number, ...unknown[]]  `1, queue, payloads, queue, payloads …` | `-1, values` replay | `-2` the hash is not as we left it
]]
local call, sub, byte, find, floor = redis.call, string.sub, string.byte, string.find, math.floor
local inFlight, lane, seq, other = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local slots, moved, wanted, offset = ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])
local landings = 0
while #ARGV > 7 + landings and find('+*<', sub(ARGV[#ARGV - landings], 1, 1), 1, true) do landings = landings + 1 end
local queues = #ARGV - 7 - landings

local lasts = call('HMGET', inFlight, lane, lane == '#0' and '#1' or '#0')
local last = tonumber(lasts[1] or '-1')
if last < seq - 1 or tonumber(lasts[2] or '-1') < other then return {-2} end
local all = {}
for i = 1, #slots, 2 do all[#all + 1] = sub(slots, i, i + 1) end
if last >= seq then
  if #all == 0 then return {-1, {}} end
  return {-1, call('HMGET', inFlight, unpack(all))}
end
-- A server that went back to an older state has the job again: its slot must not be filled over it.
for i = 1, #moved, 2 do
  if call('HGET', inFlight, sub(moved, i, i + 1)) ~= MOVED then return {-2} end
end

-- So must a job that runs already and is not on its pad: it would be nowhere.
for i = 1, landings do
  local landing = ARGV[7 + queues + i]
  local pad = KEYS[1 + queues + tonumber(sub(landing, 4))]
  if sub(landing, 2, 3) ~= '..' and call('TYPE', pad).ok ~= 'list' then return {-2} end
end

-- A payload goes back to the queue that it came from, whatever its text says: garbage may name none or several. The queue
-- is written before it, except when the first `"queue":"` in it, the only one that readers of slots look at, names that queue.
local function held(payload, name, mark)
  local at = mark and byte(payload, 1) == 123 and find(payload, '"queue":"', 1, true)
  if at and sub(payload, at + 9, at + 8 + #mark) == mark then return payload end
  return '\n' .. name .. '\n' .. payload
end
-- Readers take what is before the next quote for the name.
local function markOf(name) return not find(name, '"', 1, true) and name .. '"' end

local put, n = {lane, ARGV[2]}, 2
local landed = landings > 0 and {}
-- Giving back is refused as the first write when the memory is full; this never is.
if landings > 0 then call('HDEL', inFlight, '') end
for i = 1, landings do
  local landing = ARGV[7 + queues + i]
  local op, queue = sub(landing, 1, 1), tonumber(sub(landing, 4))
  local pad = KEYS[1 + queues + queue]
  if op == '<' then
    landed[i] = redis.pcall('LMOVE', pad, KEYS[1 + queue], 'LEFT', 'RIGHT')
  else
    local payload = redis.pcall('LPOP', pad)
    landed[i] = payload
    if op == '+' and type(payload) == 'string' then
      local name = sub(KEYS[1 + queue], 7)
      put[n + 1], put[n + 2], n = sub(landing, 2, 3), held(payload, name, markOf(name)), n + 2
    end
  end
end

local reply, filled, open, hasLooked = {1}, 0, {}, false
for i = 1, queues do
  if tonumber(ARGV[7 + i]) >= 0 then open[#open + 1] = i end
end
while filled < wanted and #open > 0 do
  local total, seen, missing, still = 0, 0, wanted - filled, {}
  for _, i in ipairs(open) do total = total + ARGV[7 + i] end
  local from = offset
  for _, i in ipairs(open) do
    local take = wanted - filled
    if total > 0 then
      seen = seen + ARGV[7 + i]
      local to = offset + missing * seen / total
      take, from = math.min(floor(to) - floor(from), take), to
    end
    -- A queue whose key holds another type is passed over; the others' jobs must not be lost for it.
    local popped = take > 0 and redis.pcall('RPOP', KEYS[1 + i], take)
    if popped and not popped.err then
      local name = sub(KEYS[1 + i], 7)
      local mark = markOf(name)
      for j = 1, #popped do
        put[n + 1], put[n + 2], n = all[filled + j], held(popped[j], name, mark), n + 2
      end
      reply[#reply + 1], reply[#reply + 2] = i, popped
      filled = filled + #popped
      if #popped == take then still[#still + 1] = i end
    elseif take == 0 then
      still[#still + 1] = i
    end
  end
  open = still
  if filled < wanted and #open > 2 and not hasLooked then
    -- Else a round would be spent on each that is empty: from now on each fills the call or uses up a queue with jobs.
    hasLooked, open = true, {}
    for _, i in ipairs(still) do
      if call('EXISTS', KEYS[1 + i]) == 1 then open[#open + 1] = i end
    end
  end
  -- Drawn anew (Park and Miller's numbers): by the old one who stands behind an empty queue gets all of its share.
  offset = floor(offset * 2147483645 + 1) * 16807 % 2147483647 / 2147483647
end

local written = filled < #all and redis.pcall('HDEL', inFlight, unpack(all, filled + 1))
for i = 1, n, 1000 do
  if type(written) ~= 'table' then written = redis.pcall('HSET', inFlight, unpack(put, i, math.min(i + 999, n))) end
end
if type(written) == 'table' then
  -- Refused: the last that was popped goes back first. The slots of finished jobs stay empty.
  for i = #reply, 2, -2 do
    for j = #reply[i], 1, -1 do call('RPUSH', KEYS[1 + reply[i - 1]], reply[i][j]) end
  end
  for i = landings, 1, -1 do
    local landing = ARGV[7 + queues + i]
    local queue = tonumber(sub(landing, 4))
    local pad = KEYS[1 + queues + queue]
    if type(landed[i]) ~= 'string' then
      -- There was none.
    elseif sub(landing, 1, 1) == '<' then
      call('LMOVE', KEYS[1 + queue], pad, 'RIGHT', 'LEFT')
    else
      call('LPUSH', pad, landed[i])
    end
  end
  return written
end
return reply
