--[[
  fire: push the job of an instant, and write down that it was pushed.

  The claim is what makes it once: whoever lost it, to a process that took this one for dead, pushes nothing.

  KEYS
    [1]  claims   hash  `tsq:cron:claims`
    [2]  entry    hash  the entry
    [3]  history  list  the last jobs of it
    [4]  fired    zset  the instants that have fired
    [5]  queues   set   `queues`
    [6]  target   list  `queue:<name>`, or the sorted set `schedule`
    [7]  runs     hash  `tsq:cron:runs`
    [8]  waiting  hash  `tsq:cron:waiting`

  ARGV
    [1]  plan     msgpack { field: string; claim: string; queue: string; at: string; enqueued: string; due: string; before: string; note: string; keep: number; oldest: string; overlap: string; alive: number; run: string }  `at` is empty for a queue, `due` where no later instant may be due, `before` for a run by hand
    [2]  payload  bytes   the job, or nothing where a middleware stopped it

  USES wrong-type

  RETURNS number  1, 0 if the claim or the entry is gone, 2 if a run goes on and this one is left out, 3 if it waits for that
]]
local call = redis.call
local claims, entry, history, fired = KEYS[1], KEYS[2], KEYS[3], KEYS[4]
local queues, target, runs, waiting = KEYS[5], KEYS[6], KEYS[7], KEYS[8]
local plan, payload = cmsgpack.unpack(ARGV[1]), ARGV[2]

if call('HGET', claims, plan.field) ~= plan.claim then return 0 end
local wrong = wrongType(plan.at == '' and 'list' or 'zset', target) or wrongType('list', history)
if wrong then return wrong end
-- A deleted entry must not come back as a hash of one field.
if call('EXISTS', entry) == 0 then return call('HDEL', claims, plan.field) * 0 end
local run = plan.overlap ~= 'allow' and call('HGET', runs, entry)
local since = run and string.match(run, '^running %S+ (%d+)')
if since and tonumber(since) > plan.alive then
  if plan.overlap == 'queue' then
    call('HSET', waiting, entry, plan.field)
    call('EXPIRE', waiting, 2592000)
  end
  call('HDEL', claims, plan.field)
  return plan.overlap == 'queue' and 3 or 2
end
-- The job before the claim goes: a full memory refuses a script's first write, and the claim is there to be tried again.
if payload ~= '' then
  if plan.at == '' then call('LPUSH', target, payload) else call('ZADD', target, plan.at, payload) end
  redis.pcall('SADD', queues, plan.queue)
  for _ = plan.keep + 1, call('LPUSH', history, plan.note) do call('RPOP', history) end
  if plan.run ~= '' then
    call('HSET', runs, entry, plan.run)
    call('EXPIRE', runs, 2592000)
  end
end
call('HDEL', claims, plan.field)
-- An instant counts as fired that is not after this. One that is due and that nobody has taken must stay due.
local isAll = plan.due == '' or call('ZSCORE', fired, plan.due)
local last = isAll and plan.enqueued or plan.before
if last ~= '' then call('HSET', entry, 'last_enqueue_time', last) end
call('ZREMRANGEBYSCORE', fired, 0, plan.oldest)
return 1
