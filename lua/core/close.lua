--[[
  close: make an end to the calls of an owner that stops, and close those of its pads where a lost connection may still have a move.

  A network may keep such a move for longer than the stop takes, and the server serves one whose client is gone until its
  time is over: a job that it put there would be looked for by nobody. A key that is no list refuses the move, which then
  takes nothing. What has landed already stays, and with it the owner, for a rescuer. The owner is struck off only after
  this: a process that is killed in between leaves that to a rescuer, who takes a closed pad for an empty one.

  KEYS
    [1]   inFlight  hash  `tsq:in-flight:<owner>`
    [2+]  pads      list  `tsq:pad:<capsule>:<name>`

  ARGV
    [1+]  lanes  string  the fields of its lanes

  USES closed-pad, close-pad

  RETURNS number  how many pads
]]
-- Before any other write: `maxmemory` is only checked before a script's first one, and this is always allowed.
redis.call('HDEL', KEYS[1], unpack(ARGV))
for i = 2, #KEYS do closePad(KEYS[i]) end
return #KEYS - 1
