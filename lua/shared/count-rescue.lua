-- Counts that a job was brought back, and answers how often it was, in the 72 hours that begin with the first time. Later ones
-- make them no longer; but a count without an end, which was restored, say, gets one. What is no number counts nothing.
local function countRescue(key)
  local rescues = redis.pcall('INCR', key)
  if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, 259200) end
  return type(rescues) == 'number' and rescues or 0
end
