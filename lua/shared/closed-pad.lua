-- What is at a pad that nobody looks at any more: no list, so that a move that arrives late is refused.
local CLOSED = 'closed'
