--[[
  seek: look for a text among entries of a set, from the highest score down, some at a time.

  The entries stay in Redis but for those that have it: of a long set all would be a hundred megabytes. It writes nothing, and
  asks for what a reader may ask for as well.

  KEYS
    [1]  set  zset  `retry`, `schedule` or `dead`

  ARGV
    [1]  text   bytes   what stands somewhere in an entry
    [2]  rank   number  how many were looked at before
    [3]  last   bytes   the last of those, empty at the beginning
    [4]  score  string  its score
    [5]  most   number  of entries
    [6]  bytes  number  it ends with the entry that makes them more

  RETURNS bytes  of the last one looked at its bytes and its score, both empty at the end of the set, how many were looked at, and
    each that has the text, with its score; nothing when some that were not looked at may have slipped past
]]
local call, find = redis.call, string.find
local set, text, rank, last, score = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])
local most, bytes = tonumber(ARGV[5]), tonumber(ARGV[6])
if last ~= '' then
  -- What has gone before it makes others slip past. What has come makes some come again, which does no harm: where many come,
  -- nobody would ever reach the end otherwise.
  local before = call('ZREVRANGE', set, rank - 1, rank - 1, 'WITHSCORES')
  if before[1] ~= last and not (before[2] and tonumber(before[2]) > score) then return {} end
end
local answer = { '', '', '0' }
local looked, read, size = 0, 0, 1
while looked < most and read < bytes do
  size = math.min(size, most - looked)
  local page = call('ZREVRANGE', set, rank + looked, rank + looked + size - 1)
  for i = 1, #page do
    read = read + #page[i]
    if find(page[i], text, 1, true) then
      local at = rank + looked + i - 1
      local found = call('ZREVRANGE', set, at, at, 'WITHSCORES')
      answer[#answer + 1] = found[1]
      answer[#answer + 1] = found[2]
    end
  end
  looked = looked + #page
  answer[3] = tostring(looked)
  if #page < size then return answer end
  -- A page of large ones is to hold the server no longer than one of small ones.
  size = math.max(1, math.min(100, 4 * size, math.floor(65536 * looked / math.max(read, 1))))
end
local at = rank + looked - 1
local seen = call('ZREVRANGE', set, at, at, 'WITHSCORES')
answer[1], answer[2] = seen[1], seen[2]
return answer
