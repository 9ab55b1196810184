-- From now on the pad takes no job, unless one is there. For a day, as long as the mark that an owner was rescued.
local function closePad(pad) redis.call('SET', pad, CLOSED, 'NX', 'EX', 86400) end
