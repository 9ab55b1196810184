-- The queue of what a slot holds, nil when it is not written before the payload, and the payload (lua/core/fetch.lua).
local function splitHeld(value)
  local nameEnd = string.sub(value, 1, 1) == '\n' and string.find(value, '\n', 2, true)
  if not nameEnd then return nil, value end
  return string.sub(value, 2, nameEnd - 1), string.sub(value, nameEnd + 1)
end
