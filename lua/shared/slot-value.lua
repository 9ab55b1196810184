-- What a slot holds; nil when it is not the job of that digest, or when the server has forgotten calls and another job may be
-- there. A call that arrives late, after it was sent again on another connection, finds the next job in the slot.
local function slotValue(inFlight, slot, first, second, digest)
  local known = redis.call('HMGET', inFlight, slot, '#0', '#1')
  if tonumber(known[2] or '-1') < first or tonumber(known[3] or '-1') < second then return nil end
  local value = known[1] or nil
  if not value or value == MOVED or digest == '' then return value end
  local _, payload = splitHeld(value)
  return redis.sha1hex(payload) == digest and value or nil
end
