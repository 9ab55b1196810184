-- What a slot holds; nil when the job is not in it, or when the server has forgotten calls and another job may be.
local function slotValue(inFlight, slot, first, second)
  local known = redis.call('HMGET', inFlight, slot, '#0', '#1')
  if tonumber(known[2] or '-1') < first or tonumber(known[3] or '-1') < second then return nil end
  return known[1] or nil
end
