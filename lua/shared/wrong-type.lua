-- An error to answer with when a key holds another type, else nothing. Asked before the first write: such a key must not cost a job.
local function wrongType(wanted, key)
  local kind = redis.call('TYPE', key).ok
  if kind == wanted or kind == 'none' then return nil end
  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)
end
