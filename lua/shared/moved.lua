-- What a slot holds once its job is somewhere else, in a set or in a queue. It stays until a call fills or empties the slot.
local MOVED = '-'
