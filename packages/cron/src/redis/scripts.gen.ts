// Generated from lua/cron/*.lua by scripts/build-lua.mjs. Do not edit: change the Lua file and build.
import { packPlan, runScript } from "@tsq/core/protocol";
import type { Bytes, Redis, Script } from "@tsq/core/protocol";

export const claimScript: Script = {
  name: "claim",
  sha1: "af1fafacf970740d0d368b7136ae96c32cac14b2",
  lua: "local call = redis.call\nlocal fired, claims = KEYS[1], KEYS[2]\nlocal score, tick, field, claim = ARGV[1], ARGV[2], ARGV[3], ARGV[4]\n\nif call('ZADD', fired, score, tick) == 0 then return 0 end\ncall('HSET', claims, field, claim)\ncall('EXPIRE', claims, 86400)\nreturn 1\n",
};

export interface ClaimKeys {
  fired: string;
  claims: string;
}

export interface ClaimArgs {
  score: string;
  tick: string;
  field: string;
  claim: string;
}

/** Take an instant of an entry for this process, and write down that it has yet to fire. See lua/cron/claim.lua. */
export const claim = (redis: Redis, keys: ClaimKeys, args: ClaimArgs): Promise<number> =>
  runScript(
    redis,
    claimScript,
    [keys.fired, keys.claims],
    [args.score, args.tick, args.field, args.claim],
  ) as Promise<number>;

export const concludeScript: Script = {
  name: "conclude",
  sha1: "83e9a78c9acab10c11dbe03168ed43915b599e87",
  lua: "local call = redis.call\nlocal runs, waiting, claims = KEYS[1], KEYS[2], KEYS[3]\nlocal entry, jid, run, claim = ARGV[1], ARGV[2], ARGV[3], ARGV[4]\n\nlocal last = call('HGET', runs, entry)\n-- A later job of the entry has its own end.\nif not last or string.match(last, '^%S+ (%S+)') ~= jid then return '' end\ncall('HSET', runs, entry, run)\nlocal field = call('HGET', waiting, entry)\nif not field then return '' end\ncall('HDEL', waiting, entry)\ncall('HSET', claims, field, claim)\ncall('EXPIRE', claims, 86400)\nreturn field\n",
};

export interface ConcludeKeys {
  runs: string;
  waiting: string;
  claims: string;
}

export interface ConcludeArgs {
  entry: string;
  jid: string;
  run: string;
  claim: string;
}

/** Write down how the last run of an entry has ended, and take the one that waits for it. See lua/cron/conclude.lua. */
export const conclude = (redis: Redis, keys: ConcludeKeys, args: ConcludeArgs): Promise<string> =>
  runScript(
    redis,
    concludeScript,
    [keys.runs, keys.waiting, keys.claims],
    [args.entry, args.jid, args.run, args.claim],
  ) as Promise<string>;

export const fireScript: Script = {
  name: "fire",
  sha1: "263f1340e6d430bd23556a43b1ab7133071ede1a",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal claims, entry, history, fired = KEYS[1], KEYS[2], KEYS[3], KEYS[4]\nlocal queues, target, runs, waiting = KEYS[5], KEYS[6], KEYS[7], KEYS[8]\nlocal plan, payload = cmsgpack.unpack(ARGV[1]), ARGV[2]\n\nif call('HGET', claims, plan.field) ~= plan.claim then return 0 end\nlocal wrong = wrongType(plan.at == '' and 'list' or 'zset', target) or wrongType('list', history)\nif wrong then return wrong end\n-- A deleted entry must not come back as a hash of one field.\nif call('EXISTS', entry) == 0 then return call('HDEL', claims, plan.field) * 0 end\nlocal run = plan.overlap ~= 'allow' and call('HGET', runs, entry)\nlocal since = run and string.match(run, '^running %S+ (%d+)')\nif since and tonumber(since) > plan.alive then\n  if plan.overlap == 'queue' then\n    call('HSET', waiting, entry, plan.field)\n    call('EXPIRE', waiting, 2592000)\n  end\n  call('HDEL', claims, plan.field)\n  return plan.overlap == 'queue' and 3 or 2\nend\n-- The job before the claim goes: a full memory refuses a script's first write, and the claim is there to be tried again.\nif payload ~= '' then\n  if plan.at == '' then call('LPUSH', target, payload) else call('ZADD', target, plan.at, payload) end\n  redis.pcall('SADD', queues, plan.queue)\n  for _ = plan.keep + 1, call('LPUSH', history, plan.note) do call('RPOP', history) end\n  if plan.run ~= '' then\n    call('HSET', runs, entry, plan.run)\n    call('EXPIRE', runs, 2592000)\n  end\nend\ncall('HDEL', claims, plan.field)\n-- An instant counts as fired that is not after this. One that is due and that nobody has taken must stay due.\nlocal isAll = plan.due == '' or call('ZSCORE', fired, plan.due)\nlocal last = isAll and plan.enqueued or plan.before\nif last ~= '' then call('HSET', entry, 'last_enqueue_time', last) end\ncall('ZREMRANGEBYSCORE', fired, 0, plan.oldest)\nreturn 1\n",
};

export interface FireKeys {
  claims: string;
  entry: string;
  history: string;
  fired: string;
  queues: string;
  target: string;
  runs: string;
  waiting: string;
}

export interface FireArgs {
  plan: { field: string; claim: string; queue: string; at: string; enqueued: string; due: string; before: string; note: string; keep: number; oldest: string; overlap: string; alive: number; run: string };
  payload: Bytes;
}

/** Push the job of an instant, and write down that it was pushed. See lua/cron/fire.lua. */
export const fire = (redis: Redis, keys: FireKeys, args: FireArgs): Promise<number> =>
  runScript(
    redis,
    fireScript,
    [keys.claims, keys.entry, keys.history, keys.fired, keys.queues, keys.target, keys.runs, keys.waiting],
    [packPlan(args.plan), args.payload],
  ) as Promise<number>;

export const removeScript: Script = {
  name: "remove",
  sha1: "69c22bae45efd8b1374db4ecba2059e18a0abcda",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal set, entry, fired, history = KEYS[1], KEYS[2], KEYS[3], KEYS[4]\nlocal policies, runs, waiting, written = KEYS[5], KEYS[6], KEYS[7], KEYS[8]\nlocal name = ARGV[1]\nlocal wrong = wrongType('set', set) or wrongType('hash', policies) or wrongType('hash', runs) or wrongType('hash', waiting) or wrongType('hash', written)\nif wrong then return wrong end\n\nlocal wasThere = call('SREM', set, name)\n-- A set that somebody else has written names any key, a queue say: it names that no more, and the key stays.\nif string.sub(name, 1, 9) == 'cron_job:' then call('UNLINK', entry, fired, history) end\ncall('HDEL', policies, name)\ncall('HDEL', runs, name)\ncall('HDEL', waiting, name)\ncall('HDEL', written, name)\nreturn wasThere\n",
};

export interface RemoveKeys {
  set: string;
  entry: string;
  fired: string;
  history: string;
  policies: string;
  runs: string;
  waiting: string;
  written: string;
}

export interface RemoveArgs {
  name: string;
}

/** Delete an entry of the schedule with all that is kept of it. See lua/cron/remove.lua. */
export const remove = (redis: Redis, keys: RemoveKeys, args: RemoveArgs): Promise<number> =>
  runScript(
    redis,
    removeScript,
    [keys.set, keys.entry, keys.fired, keys.history, keys.policies, keys.runs, keys.waiting, keys.written],
    [args.name],
  ) as Promise<number>;

export const saveScript: Script = {
  name: "save",
  sha1: "320615157b1de8bb271e393aefb5982b07e70767",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal set, entry, fired = KEYS[1], KEYS[2], KEYS[3]\nlocal plan = cmsgpack.unpack(ARGV[1])\nlocal wrong = wrongType('set', set) or wrongType('hash', entry) or wrongType('zset', fired)\nif wrong then return wrong end\n\nlocal isNew = call('SADD', set, entry)\ncall('HSET', entry, unpack(ARGV, 2))\nif plan.dropped ~= '' then call('HDEL', entry, plan.dropped) end\n-- Who has disabled it, or when it last fired, is not for a file to say.\nif plan.status ~= '' then call('HSET', entry, 'status', plan.status) end\ncall('HSETNX', entry, 'status', 'enabled')\ncall('HSETNX', entry, 'last_enqueue_time', '')\nif plan.tick ~= '' and call('EXISTS', fired) == 0 then call('ZADD', fired, plan.score, plan.tick) end\nreturn isNew\n",
};

export interface SaveKeys {
  set: string;
  entry: string;
  fired: string;
}

export interface SaveArgs {
  plan: { status: string; dropped: string; score: string; tick: string };
  fields: readonly string[];
}

/** Write an entry of the schedule, so that it does not fire for the instant before it was made. See lua/cron/save.lua. */
export const save = (redis: Redis, keys: SaveKeys, args: SaveArgs): Promise<number> =>
  runScript(
    redis,
    saveScript,
    [keys.set, keys.entry, keys.fired],
    [packPlan(args.plan), ...args.fields],
  ) as Promise<number>;

export const takeoverScript: Script = {
  name: "takeover",
  sha1: "d9d0950a2b049fad904e8d806a6708bb8aeb528b",
  lua: "local call = redis.call\nlocal claims, field, before, after = KEYS[1], ARGV[1], ARGV[2], ARGV[3]\n\nif call('HGET', claims, field) ~= before then return 0 end\nif after == '' then\n  call('HDEL', claims, field)\nelse\n  call('HSET', claims, field, after)\nend\nreturn 1\n",
};

export interface TakeoverKeys {
  claims: string;
}

export interface TakeoverArgs {
  field: string;
  before: string;
  after: string;
}

/** Take a claim from a process that has not fired it, or give it up. See lua/cron/takeover.lua. */
export const takeover = (redis: Redis, keys: TakeoverKeys, args: TakeoverArgs): Promise<number> =>
  runScript(
    redis,
    takeoverScript,
    [keys.claims],
    [args.field, args.before, args.after],
  ) as Promise<number>;

export const turnScript: Script = {
  name: "turn",
  sha1: "1f0b3ce49cb498b9edebf326da11468ae34276ad",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal entry, fired = KEYS[1], KEYS[2]\nlocal status, score, tick = ARGV[1], ARGV[2], ARGV[3]\nlocal wrong = wrongType('hash', entry) or wrongType('zset', fired)\nif wrong then return wrong end\n\n-- A set that somebody else has written names any hash, a process say.\nif call('TYPE', entry).ok == 'none' or string.sub(entry, 1, 9) ~= 'cron_job:' then return 0 end\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed: what fills Redis must be stopped.\ncall('HDEL', entry, '')\ncall('HSET', entry, 'status', status)\nif score ~= '' then call('ZADD', fired, score, tick) end\nreturn 1\n",
};

export interface TurnKeys {
  entry: string;
  fired: string;
}

export interface TurnArgs {
  status: string;
  score: string;
  tick: string;
}

/** Turn an entry of the schedule on or off. See lua/cron/turn.lua. */
export const turn = (redis: Redis, keys: TurnKeys, args: TurnArgs): Promise<number> =>
  runScript(
    redis,
    turnScript,
    [keys.entry, keys.fired],
    [args.status, args.score, args.tick],
  ) as Promise<number>;
