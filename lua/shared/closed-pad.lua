-- What is at the pad of an owner that a rescuer struck off: no list, so that a move that arrives late is refused.
local CLOSED = 'closed'
