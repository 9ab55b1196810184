-- From now on the pad takes no job, unless one is there. For an hour (worker/src/fetch/reliable/last-heard.ts knows): a move that the
-- server has ends by itself after five seconds, and a network gives up what it cannot deliver within half an hour.
local function closePad(pad) redis.call('SET', pad, CLOSED, 'NX', 'EX', 3600) end
