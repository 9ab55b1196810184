// Generated from lua/core/*.lua by scripts/build-lua.mjs. Do not edit: change the Lua file and build.
import type { Redis } from "ioredis";
import { packPlan } from "./plan.ts";
import { runScript, runScriptForBytes } from "./script.ts";
import type { Bytes, Script } from "./script.ts";

export const announceScript: Script = {
  name: "announce",
  sha1: "1636703cc55935e55428e633d02809e8c106d133",
  lua: "local call = redis.call\nlocal owners = KEYS[1]\nif call('HEXISTS', owners, ARGV[3]) == 1 then return 0 end\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\ncall('HDEL', owners, '')\ncall('HSET', owners, ARGV[1], ARGV[2])\nfor i = 2, #KEYS do\n  if call('EXISTS', KEYS[i]) == 0 then call('HDEL', owners, ARGV[2 + i]) end\nend\nreturn 1\n",
};

export interface AnnounceKeys {
  owners: string;
  formers: readonly string[];
}

export interface AnnounceArgs {
  owner: string;
  queues: string;
  next: string;
  formers: readonly string[];
}

/** Write down with a heartbeat who holds jobs of a living process, as the process knew it a moment ago. See lua/core/announce.lua. */
export const announce = (redis: Redis, keys: AnnounceKeys, args: AnnounceArgs): Promise<number> =>
  runScript(
    redis,
    announceScript,
    [keys.owners, ...keys.formers],
    [args.owner, args.queues, args.next, ...args.formers],
  ) as Promise<number>;

export const beatScript: Script = {
  name: "beat",
  sha1: "b77c62caff02a41700ffdb5b924046c3a070d5c4",
  lua: "local call = redis.call\nlocal beat, processes, classes, heard = KEYS[1], KEYS[2], KEYS[3], KEYS[4]\nlocal identity, nowMs, list = ARGV[1], ARGV[2], ARGV[3]\nlocal wasThere = call('HEXISTS', beat, 'info')\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\ncall('HDEL', beat, '')\nfor i = 4, #ARGV, 2 do call('HSET', beat, ARGV[i], ARGV[i + 1]) end\ncall('EXPIRE', beat, 60)\ncall('SADD', processes, identity)\nif list ~= '' then call('SET', classes, list, 'EX', 60) end\n-- It only tells of the dead, and what refuses it keeps no beat from being heard.\nredis.pcall('ZADD', heard, nowMs, identity)\nreturn wasThere\n",
};

export interface BeatKeys {
  beat: string;
  processes: string;
  classes: string;
  heard: string;
}

export interface BeatArgs {
  identity: string;
  nowMs: number;
  list: string;
  fields: readonly string[];
}

/** Write down that a process lives, and how it stands, in a server whose memory is full. See lua/core/beat.lua. */
export const beat = (redis: Redis, keys: BeatKeys, args: BeatArgs): Promise<number> =>
  runScript(
    redis,
    beatScript,
    [keys.beat, keys.processes, keys.classes, keys.heard],
    [args.identity, args.nowMs, args.list, ...args.fields],
  ) as Promise<number>;

export const buryScript: Script = {
  name: "bury",
  sha1: "eaaae6e6c754e114089ba64876732297119eabdf",
  lua: "local MOVED = '-'\nlocal function splitHeld(value)\n  local nameEnd = string.sub(value, 1, 1) == '\\n' and string.find(value, '\\n', 2, true)\n  if not nameEnd then return nil, value end\n  return string.sub(value, 2, nameEnd - 1), string.sub(value, nameEnd + 1)\nend\nlocal function slotValue(inFlight, slot, first, second, digest)\n  local known = redis.call('HMGET', inFlight, slot, '#0', '#1')\n  if tonumber(known[2] or '-1') < first or tonumber(known[3] or '-1') < second then return nil end\n  local value = known[1] or nil\n  if not value or value == MOVED or digest == '' then return value end\n  local _, payload = splitHeld(value)\n  return redis.sha1hex(payload) == digest and value or nil\nend\nlocal function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal inFlight, dead, pad = KEYS[1], KEYS[2], KEYS[3]\nlocal slot, first, second, digest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]\nlocal score, payload, oldest, maxJobs = ARGV[5], ARGV[6], ARGV[7], ARGV[8]\nlocal wrong = wrongType('zset', dead)\nif wrong then return wrong end\nif slot ~= '' then\n  local value = slotValue(inFlight, slot, first, second, digest)\n  if not value then return 0 end\n  if value == MOVED then return 1 end\n  local _, held = splitHeld(value)\n  if payload == '' then payload = held end\nend\nif pad and (call('TYPE', pad).ok ~= 'list' or redis.sha1hex(call('LRANGE', pad, 0, 0)[1]) ~= digest) then return 0 end\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\ncall('HDEL', inFlight, '')\ncall('ZADD', dead, score, payload)\nlocal left = slot ~= '' and redis.pcall('HSET', inFlight, slot, MOVED) or pad and redis.pcall('LPOP', pad)\nif type(left) == 'table' then\n  -- Refused: it must not be dead and in its place too.\n  call('ZREM', dead, payload)\n  return left\nend\ncall('ZREMRANGEBYSCORE', dead, '-inf', oldest)\ncall('ZREMRANGEBYRANK', dead, 0, -tonumber(maxJobs))\nreturn 1\n",
};

export interface BuryKeys {
  inFlight: string;
  dead: string;
  pads: readonly string[];
}

export interface BuryArgs {
  slot: string;
  first: number;
  second: number;
  digest: string;
  score: string;
  payload: Bytes;
  oldest: string;
  maxJobs: number;
}

/** Take a job out of flight and put it into the dead set, trimmed as Sidekiq trims it. See lua/core/bury.lua. */
export const bury = (redis: Redis, keys: BuryKeys, args: BuryArgs): Promise<number> =>
  runScript(
    redis,
    buryScript,
    [keys.inFlight, keys.dead, ...keys.pads],
    [args.slot, args.first, args.second, args.digest, args.score, args.payload, args.oldest, args.maxJobs],
  ) as Promise<number>;

export const cancelScript: Script = {
  name: "cancel",
  sha1: "dac5afdfeaadb726775b1b9736503bdd0136f878",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal state, index = KEYS[1], KEYS[2]\nlocal jid, ttl = ARGV[1], ARGV[5]\nlocal wrong = wrongType('hash', state) or wrongType('zset', index)\nif wrong then return wrong end\nlocal newest = call('ZRANGE', index, 0, 0, 'REV', 'WITHSCORES')[2]\nlocal score = string.format('%.0f', math.max(tonumber(ARGV[2]), (tonumber(newest or '0')) + 1))\n-- First what says where to look, then what is looked for: half of it, by a right that is missing, cancels nothing.\nif call('ZADD', index, 'NX', score, jid) == 1 then call('ZADD', index, score, '') end\ncall('ZREMRANGEBYRANK', index, 0, -tonumber(ARGV[4]) - 2)\ncall('EXPIRE', index, ttl)\ncall('HSETNX', state, 'ex', '0')\ncall('HSETNX', state, 'c', 'null')\ncall('HSETNX', state, 'rt', '0')\ncall('HSETNX', state, 'cancelled', ARGV[3])\ncall('EXPIRE', state, ttl)\nreturn call('HGET', state, 'cancelled')\n",
};

export interface CancelKeys {
  state: string;
  index: string;
}

export interface CancelArgs {
  jid: string;
  nowMs: string;
  seconds: string;
  most: number;
  ttl: number;
}

/** Write down that nobody wants a job any more, where Ruby looks and where tsq's workers do. See lua/core/cancel.lua. */
export const cancel = (redis: Redis, keys: CancelKeys, args: CancelArgs): Promise<string> =>
  runScript(
    redis,
    cancelScript,
    [keys.state, keys.index],
    [args.jid, args.nowMs, args.seconds, args.most, args.ttl],
  ) as Promise<string>;

export const clearScript: Script = {
  name: "clear",
  sha1: "ec9eaf5bc0e7af69f16e393ec2e17a47b284a7b3",
  lua: "local call = redis.call\nlocal queue, queues = KEYS[1], KEYS[2]\nlocal newest, most = ARGV[1], tonumber(ARGV[2])\nlocal size = call('LLEN', queue)\nif size > 0 then\n  local newer = call('LPOS', queue, newest)\n  if not newer then return 0 end\n  -- What workers have handed back since lies at the old end, and looks as if it had been there.\n  local stay = math.max(newer, size - most)\n  if stay > 0 then\n    call('LTRIM', queue, 0, stay - 1)\n    return size - stay\n  end\n  call('UNLINK', queue)\nend\n-- A `queues` of another type costs the pages a name, and nothing else.\nredis.pcall('SREM', queues, string.sub(queue, 7))\nreturn size\n",
};

export interface ClearKeys {
  queue: string;
  queues: string;
}

export interface ClearArgs {
  newest: Bytes;
  most: number;
}

/** Throw away the oldest jobs of a queue, and the queue itself with its last one. See lua/core/clear.lua. */
export const clear = (redis: Redis, keys: ClearKeys, args: ClearArgs): Promise<number> =>
  runScript(
    redis,
    clearScript,
    [keys.queue, keys.queues],
    [args.newest, args.most],
  ) as Promise<number>;

export const closeScript: Script = {
  name: "close",
  sha1: "e2be18563c1dc97f4d5bd36d5022cfb78c0a09f7",
  lua: "local CLOSED = 'closed'\nlocal function closePad(pad) redis.call('SET', pad, CLOSED, 'NX', 'EX', 3600) end\n-- Before any other write: `maxmemory` is only checked before a script's first one, and this is always allowed.\nredis.call('HDEL', KEYS[1], unpack(ARGV))\nfor i = 2, #KEYS do closePad(KEYS[i]) end\nreturn #KEYS - 1\n",
};

export interface CloseKeys {
  inFlight: string;
  pads: readonly string[];
}

export interface CloseArgs {
  lanes: readonly string[];
}

/** Make an end to the calls of an owner that stops, and close those of its pads where a lost connection may still have a move. See lua/core/close.lua. */
export const close = (redis: Redis, keys: CloseKeys, args: CloseArgs): Promise<number> =>
  runScript(
    redis,
    closeScript,
    [keys.inFlight, ...keys.pads],
    [...args.lanes],
  ) as Promise<number>;

export const enqueueScript: Script = {
  name: "enqueue",
  sha1: "ae59342b4a433c138675e467504789611e83839e",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call, sub, gsub = redis.call, string.sub, string.gsub\nlocal numbers, queues, lane, number = KEYS[1], KEYS[2], ARGV[1], ARGV[2]\n\n-- Looked at before the first write, so that nothing is written when not all can be; and before the number: what a\n-- transaction brought here, which looks at no type, left the number and not the jobs of a wrong key.\nlocal named = {}\nfor i = 3, #KEYS do\n  local wanted = 'zset'\n  if sub(KEYS[i], 1, 6) == 'queue:' then\n    wanted, named[#named + 1] = 'list', sub(KEYS[i], 7)\n  end\n  if wrongType(wanted, KEYS[i]) then return -i end\nend\nlocal last = call('HGET', numbers, lane) or '0'\nif tonumber(last) >= tonumber(number) then return 0 end\nlocal pcall = redis.pcall\nif #named > 0 then\n  -- The first write: a full memory refuses it and with it everything, and so does a `queues` of another type.\n  local added = pcall('SADD', queues, unpack(named))\n  if type(added) == 'table' then\n    if sub(added.err, 1, 9) == 'WRONGTYPE' then return -2 end\n    -- Up to 7.0 Redis does not say which command of a script it refuses to the user.\n    return {err = gsub(added.err, 'this command or subcommand', \"the 'sadd' command\")}\n  end\nend\n-- The number before the jobs: a user without the right to write it must not leave jobs that have none.\nlocal kept = pcall('HSET', numbers, lane, number)\nif type(kept) == 'table' then\n  return {err = gsub(kept.err, 'this command or subcommand', \"the 'hset' command\")}\nend\nkept = pcall('EXPIRE', numbers, 3600)\nlocal from = #KEYS + 1\nfor i = 3, #KEYS do\n  local to = from + ARGV[i] - 1\n  local pushed = kept\n  if type(kept) ~= 'table' then\n    pushed = pcall(sub(KEYS[i], 1, 6) == 'queue:' and 'LPUSH' or 'ZADD', KEYS[i], unpack(ARGV, from, to))\n  end\n  if type(pushed) == 'table' then\n    call('HSET', numbers, lane, last)\n    local name = pushed == kept and 'expire' or sub(KEYS[i], 1, 6) == 'queue:' and 'lpush' or 'zadd'\n    local err = gsub(pushed.err, 'this command or subcommand', \"the '\" .. name .. \"' command\")\n    return {err = i > 3 and 'PARTLY ' .. err or err}\n  end\n  from = to + 1\nend\nreturn 1\n",
};

export interface EnqueueKeys {
  numbers: string;
  queues: string;
  targets: readonly string[];
}

export interface EnqueueArgs {
  lane: number;
  number: number;
  counts: readonly number[];
  values: readonly Bytes[];
}

/** Put payloads onto their queues and into the schedule: all of them or none, and once, however often it is sent. See lua/core/enqueue.lua. */
export const enqueue = (redis: Redis, keys: EnqueueKeys, args: EnqueueArgs): Promise<number> =>
  runScript(
    redis,
    enqueueScript,
    [keys.numbers, keys.queues, ...keys.targets],
    [args.lane, args.number, ...args.counts, ...args.values],
  ) as Promise<number>;

export const fetchScript: Script = {
  name: "fetch",
  sha1: "27c85067c2dd6a5f6c6ea729107c2a25d4cd8cee",
  lua: "local MOVED = '-'\nlocal call, sub, byte, find, floor = redis.call, string.sub, string.byte, string.find, math.floor\nlocal inFlight, lane, seq, other = KEYS[1], ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])\nlocal slots, moved, wanted, offset = ARGV[4], ARGV[5], tonumber(ARGV[6]), tonumber(ARGV[7])\nlocal landings = 0\nwhile #ARGV > 7 + landings and find('+*<', sub(ARGV[#ARGV - landings], 1, 1), 1, true) do landings = landings + 1 end\nlocal queues = #ARGV - 7 - landings\n\nlocal lasts = call('HMGET', inFlight, lane, lane == '#0' and '#1' or '#0')\nlocal last = tonumber(lasts[1] or '-1')\nif last < seq - 1 or tonumber(lasts[2] or '-1') < other then return {-2} end\nlocal all = {}\nfor i = 1, #slots, 2 do all[#all + 1] = sub(slots, i, i + 1) end\nif last >= seq then\n  if #all == 0 then return {-1, {}} end\n  return {-1, call('HMGET', inFlight, unpack(all))}\nend\n-- A server that went back to an older state has the job again: its slot must not be filled over it.\nfor i = 1, #moved, 2 do\n  if call('HGET', inFlight, sub(moved, i, i + 1)) ~= MOVED then return {-2} end\nend\n\n-- So must a job that runs already and is not on its pad: it would be nowhere.\nfor i = 1, landings do\n  local landing = ARGV[7 + queues + i]\n  local pad = KEYS[1 + queues + tonumber(sub(landing, 4))]\n  if sub(landing, 2, 3) ~= '..' and call('TYPE', pad).ok ~= 'list' then return {-2} end\nend\n\n-- A payload goes back to the queue that it came from, whatever its text says: garbage may name none or several. The queue\n-- is written before it, except when the first `\"queue\":\"` in it, the only one that readers of slots look at, names that queue.\nlocal function held(payload, name, mark)\n  local at = mark and byte(payload, 1) == 123 and find(payload, '\"queue\":\"', 1, true)\n  if at and sub(payload, at + 9, at + 8 + #mark) == mark then return payload end\n  return '\\n' .. name .. '\\n' .. payload\nend\n-- Readers take what is before the next quote for the name.\nlocal function markOf(name) return not find(name, '\"', 1, true) and name .. '\"' end\n\nlocal put, n = {lane, ARGV[2]}, 2\nlocal landed = landings > 0 and {}\n-- Giving back is refused as the first write when the memory is full; this never is.\nif landings > 0 then call('HDEL', inFlight, '') end\nfor i = 1, landings do\n  local landing = ARGV[7 + queues + i]\n  local op, queue = sub(landing, 1, 1), tonumber(sub(landing, 4))\n  local pad = KEYS[1 + queues + queue]\n  if op == '<' then\n    landed[i] = redis.pcall('LMOVE', pad, KEYS[1 + queue], 'LEFT', 'RIGHT')\n  else\n    local payload = redis.pcall('LPOP', pad)\n    landed[i] = payload\n    if op == '+' and type(payload) == 'string' then\n      local name = sub(KEYS[1 + queue], 7)\n      put[n + 1], put[n + 2], n = sub(landing, 2, 3), held(payload, name, markOf(name)), n + 2\n    end\n  end\nend\n\nlocal reply, filled, open, hasLooked = {1}, 0, {}, false\nfor i = 1, queues do\n  if tonumber(ARGV[7 + i]) >= 0 then open[#open + 1] = i end\nend\nwhile filled < wanted and #open > 0 do\n  local total, seen, missing, still = 0, 0, wanted - filled, {}\n  for _, i in ipairs(open) do total = total + ARGV[7 + i] end\n  local from = offset\n  for _, i in ipairs(open) do\n    local take = wanted - filled\n    if total > 0 then\n      seen = seen + ARGV[7 + i]\n      local to = offset + missing * seen / total\n      take, from = math.min(floor(to) - floor(from), take), to\n    end\n    -- A queue whose key holds another type is passed over; the others' jobs must not be lost for it.\n    local popped = take > 0 and redis.pcall('RPOP', KEYS[1 + i], take)\n    if popped and not popped.err then\n      local name = sub(KEYS[1 + i], 7)\n      local mark = markOf(name)\n      for j = 1, #popped do\n        put[n + 1], put[n + 2], n = all[filled + j], held(popped[j], name, mark), n + 2\n      end\n      reply[#reply + 1], reply[#reply + 2] = i, popped\n      filled = filled + #popped\n      if #popped == take then still[#still + 1] = i end\n    elseif take == 0 then\n      still[#still + 1] = i\n    end\n  end\n  open = still\n  if filled < wanted and #open > 2 and not hasLooked then\n    -- Else a round would be spent on each that is empty: from now on each fills the call or uses up a queue with jobs.\n    hasLooked, open = true, {}\n    for _, i in ipairs(still) do\n      if call('EXISTS', KEYS[1 + i]) == 1 then open[#open + 1] = i end\n    end\n  end\n  -- Drawn anew (Park and Miller's numbers): by the old one who stands behind an empty queue gets all of its share.\n  offset = floor(offset * 2147483645 + 1) * 16807 % 2147483647 / 2147483647\nend\n\nlocal written = filled < #all and redis.pcall('HDEL', inFlight, unpack(all, filled + 1))\nfor i = 1, n, 1000 do\n  if type(written) ~= 'table' then written = redis.pcall('HSET', inFlight, unpack(put, i, math.min(i + 999, n))) end\nend\nif type(written) == 'table' then\n  -- Refused: the last that was popped goes back first. The slots of finished jobs stay empty.\n  for i = #reply, 2, -2 do\n    for j = #reply[i], 1, -1 do call('RPUSH', KEYS[1 + reply[i - 1]], reply[i][j]) end\n  end\n  for i = landings, 1, -1 do\n    local landing = ARGV[7 + queues + i]\n    local queue = tonumber(sub(landing, 4))\n    local pad = KEYS[1 + queues + queue]\n    if type(landed[i]) ~= 'string' then\n      -- There was none.\n    elseif sub(landing, 1, 1) == '<' then\n      call('LMOVE', KEYS[1 + queue], pad, 'RIGHT', 'LEFT')\n    else\n      call('LPUSH', pad, landed[i])\n    end\n  end\n  return written\nend\nreturn reply\n",
};

export interface FetchKeys {
  inFlight: string;
  queues: readonly string[];
  pads: readonly string[];
}

export interface FetchArgs {
  lane: string;
  seq: number;
  other: number;
  slots: string;
  moved: string;
  wanted: number;
  offset: number;
  weights: readonly number[];
  landings: readonly string[];
}

/** Give back the slots of finished jobs and fill free ones, in one step. See lua/core/fetch.lua. */
export const fetch = (redis: Redis, keys: FetchKeys, args: FetchArgs): Promise<[number, ...unknown[]]> =>
  runScript(
    redis,
    fetchScript,
    [keys.inFlight, ...keys.queues, ...keys.pads],
    [args.lane, args.seq, args.other, args.slots, args.moved, args.wanted, args.offset, ...args.weights, ...args.landings],
  ) as Promise<[number, ...unknown[]]>;

export const forgetScript: Script = {
  name: "forget",
  sha1: "411ad21269a09cd201b6df55f5586ce7cad437cb",
  lua: "local call = redis.call\nlocal forgotten = 0\nfor _, queue in ipairs(KEYS) do\n  if call('EXISTS', queue) == 0 then\n    if forgotten == 0 then call('LPOP', queue) end\n    call('LPUSH', queue, ARGV[1])\n    call('LPOP', queue)\n    forgotten = forgotten + 1\n  end\nend\nreturn forgotten\n",
};

export interface ForgetKeys {
  queues: readonly string[];
}

export interface ForgetArgs {
  text: string;
}

/** Have Redis forget who has read queues under CLIENT TRACKING, of those that are empty. See lua/core/forget.lua. */
export const forget = (redis: Redis, keys: ForgetKeys, args: ForgetArgs): Promise<number> =>
  runScript(
    redis,
    forgetScript,
    [...keys.queues],
    [args.text],
  ) as Promise<number>;

export const killScript: Script = {
  name: "kill",
  sha1: "c58104c69d91200770083f88924460487ad36e03",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal set, dead = KEYS[1], KEYS[2]\nlocal member, score, oldest, maxJobs = ARGV[1], ARGV[2], ARGV[3], ARGV[4]\nlocal wrong = wrongType('zset', dead)\nif wrong then return wrong end\n-- Without the right to take out nothing must be written. And a full memory refuses a script's first write alone, never this one.\ncall('ZREM', set, 'nobody')\n-- Whether it is there, asked with a right that is needed anyway.\nif not call('ZADD', set, 'XX', 'INCR', '0', member) then return 0 end\n-- A user may lack the right to write to this key: so the job is taken out after that.\ncall('ZADD', dead, score, member)\nif set ~= dead then call('ZREM', set, member) end\ncall('ZREMRANGEBYSCORE', dead, '-inf', oldest)\ncall('ZREMRANGEBYRANK', dead, 0, -tonumber(maxJobs))\nreturn 1\n",
};

export interface KillKeys {
  set: string;
  dead: string;
}

export interface KillArgs {
  member: Bytes;
  score: string;
  oldest: string;
  maxJobs: number;
}

/** Move one member of a sorted set to the dead set, trimmed as Sidekiq trims it. See lua/core/kill.lua. */
export const kill = (redis: Redis, keys: KillKeys, args: KillArgs): Promise<number> =>
  runScript(
    redis,
    killScript,
    [keys.set, keys.dead],
    [args.member, args.score, args.oldest, args.maxJobs],
  ) as Promise<number>;

export const promoteScript: Script = {
  name: "promote",
  sha1: "29bef26c193b1a976a35c6469fd4f5698c5455dc",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal set, queues = KEYS[1], KEYS[2]\nlocal plan = cmsgpack.unpack(ARGV[1])\nlocal moved, usable = 0, {[0] = true}\n-- A job whose queue's key holds another type stays where it is.\nfor i = 3, #KEYS do usable[i - 2] = not wrongType('list', KEYS[i]) end\n-- Without the right to take out nothing must be pushed. And a full memory refuses a script's first write alone, never this one.\ncall('ZREM', set, 'nobody')\nlocal named = {}\nfor i, number in ipairs(plan.targets) do\n  local member, target = ARGV[2 * i], KEYS[2 + number]\n  if usable[number] and number > 0 and not named[number] then\n    -- A user may lack the right to push to this key: so the first job is taken out after it was pushed. INCR by 0 asks\n    -- whether it is there, with a right that is needed anyway.\n    if call('ZADD', set, 'XX', 'INCR', '0', member) then\n      -- A `queues` of another type costs the pages a name, and must cost no job.\n      redis.pcall('SADD', queues, string.sub(target, 7))\n      call('LPUSH', target, ARGV[2 * i + 1])\n      call('ZREM', set, member)\n      named[number] = true\n      moved = moved + 1\n    end\n  elseif usable[number] and call('ZREM', set, member) == 1 then\n    moved = moved + 1\n    if number > 0 then call('LPUSH', target, ARGV[2 * i + 1]) end\n  end\nend\nreturn moved\n",
};

export interface PromoteKeys {
  set: string;
  queues: string;
  targets: readonly string[];
}

export interface PromoteArgs {
  plan: { targets: readonly number[] };
  jobs: readonly Bytes[];
}

/** Move due jobs from a sorted set onto their queues. See lua/core/promote.lua. */
export const promote = (redis: Redis, keys: PromoteKeys, args: PromoteArgs): Promise<number> =>
  runScript(
    redis,
    promoteScript,
    [keys.set, keys.queues, ...keys.targets],
    [packPlan(args.plan), ...args.jobs],
  ) as Promise<number>;

export const putbackScript: Script = {
  name: "putback",
  sha1: "25efaaa65913b7cc2717b58b50761a91ac9340bb",
  lua: "local MOVED = '-'\nlocal function splitHeld(value)\n  local nameEnd = string.sub(value, 1, 1) == '\\n' and string.find(value, '\\n', 2, true)\n  if not nameEnd then return nil, value end\n  return string.sub(value, 2, nameEnd - 1), string.sub(value, nameEnd + 1)\nend\nlocal function slotValue(inFlight, slot, first, second, digest)\n  local known = redis.call('HMGET', inFlight, slot, '#0', '#1')\n  if tonumber(known[2] or '-1') < first or tonumber(known[3] or '-1') < second then return nil end\n  local value = known[1] or nil\n  if not value or value == MOVED or digest == '' then return value end\n  local _, payload = splitHeld(value)\n  return redis.sha1hex(payload) == digest and value or nil\nend\nlocal function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal inFlight, target, queues = KEYS[1], KEYS[2], KEYS[3]\nlocal slot, first, second, digest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]\nlocal side, payload = ARGV[5], ARGV[6]\nlocal wrong = wrongType('list', target)\nif wrong then return wrong end\nif slot ~= '' then\n  local value = slotValue(inFlight, slot, first, second, digest)\n  if not value then return 0 end\n  if value == MOVED then return 1 end\nend\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\ncall('HDEL', inFlight, '')\n-- A `queues` of another type costs the pages a name, and must cost no job.\nredis.pcall('SADD', queues, string.sub(target, 7))\ncall(side == 'front' and 'RPUSH' or 'LPUSH', target, payload)\nlocal marked = slot ~= '' and redis.pcall('HSET', inFlight, slot, MOVED)\nif type(marked) == 'table' then\n  -- Refused: it must not wait there and be in its slot too, nor once more with each try.\n  call(side == 'front' and 'RPOP' or 'LPOP', target)\n  return marked\nend\nreturn 1\n",
};

export interface PutbackKeys {
  inFlight: string;
  target: string;
  queues: string;
}

export interface PutbackArgs {
  slot: string;
  first: number;
  second: number;
  digest: string;
  side: string;
  payload: Bytes;
}

/** Take a job out of flight and put it onto a queue, at the end that is fetched last or first. See lua/core/putback.lua. */
export const putback = (redis: Redis, keys: PutbackKeys, args: PutbackArgs): Promise<number> =>
  runScript(
    redis,
    putbackScript,
    [keys.inFlight, keys.target, keys.queues],
    [args.slot, args.first, args.second, args.digest, args.side, args.payload],
  ) as Promise<number>;

export const recoverScript: Script = {
  name: "recover",
  sha1: "53faacf7a3d276c546843219e94e9f6683934d3d",
  lua: "local CLOSED = 'closed'\nlocal MOVED = '-'\nlocal function splitHeld(value)\n  local nameEnd = string.sub(value, 1, 1) == '\\n' and string.find(value, '\\n', 2, true)\n  if not nameEnd then return nil, value end\n  return string.sub(value, 2, nameEnd - 1), string.sub(value, nameEnd + 1)\nend\nlocal function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call, sub, find = redis.call, string.sub, string.find\nlocal owners, inFlight, beat, queues, rescued = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]\nlocal first, second, plan = tonumber(ARGV[4]), tonumber(ARGV[5]), cmsgpack.unpack(ARGV[6])\nlocal formers, slots = plan.formers, plan.slots\nlocal targetsFrom = 5 + #formers\nlocal padsFrom = targetsFrom + plan.targets\nif not plan.isRescued and call('EXISTS', rescued) == 1 then return {-2} end\n\nlocal targets = {}\nfor i = 1, plan.targets do\n  local key = KEYS[targetsFrom + i]\n  targets[sub(key, 7)] = {key = key, isUsable = not wrongType('list', key)}\nend\n\nlocal function split(value)\n  local queue, payload = splitHeld(value)\n  if queue then return queue, payload end\n  local at = find(value, '\"queue\":\"', 1, true)\n  local nameEnd = at and find(value, '\"', at + 9, true)\n  if not nameEnd or nameEnd == at + 9 then return 'default', value end\n  return sub(value, at + 9, nameEnd - 1), value\nend\n\nlocal strangers, drops, unknown, named = {}, {}, {-1}, {}\nlocal function give(hash, slot, name, text, value)\n  strangers[#strangers + 1] = {hash = hash, slot = slot, target = targets[name], text = text, value = value}\n  if not targets[name] and not named[name] then\n    named[name] = true\n    unknown[#unknown + 1] = name\n  end\nend\nlocal function drop(hash, slot) drops[#drops + 1] = {hash, slot} end\n\nlocal units, isKept = {}, {}\nfor i, slot in ipairs(slots) do units[slot] = i end\nfor number = 1, #formers do\n  local hash = KEYS[5 + number]\n  local values = call('HGETALL', hash)\n  for i = 1, #values, 2 do\n    local slot, value = values[i], values[i + 1]\n    local name, text = split(value)\n    -- What ended since is done: only the owner whose jobs were rescued just now can hold such a job.\n    local unit = number == 1 and plan.isRescued and units[slot]\n    if sub(slot, 1, 1) == '#' or value == MOVED or (unit and plan.marks[unit] ~= 2 and text == ARGV[6 + unit]) then\n      drop(hash, slot)\n    else\n      give(hash, slot, name, text, value)\n    end\n  end\nend\n\nlocal calls = call('HMGET', inFlight, '#0', '#1')\nlocal isOlder = tonumber(calls[1] or '-1') < first or tonumber(calls[2] or '-1') < second\nif tonumber(calls[1] or '-1') > first or tonumber(calls[2] or '-1') > second then return {1} end\nlocal values = call('HGETALL', inFlight)\nfor i = 1, #values, 2 do\n  local slot, value = values[i], values[i + 1]\n  local unit = units[slot]\n  if sub(slot, 1, 1) == '#' then\n    -- Written below.\n  elseif value == MOVED then\n    -- An answer that is on its way will tell of it; not so when the server has forgotten answers of before.\n    local mark = unit and plan.marks[unit] or 0\n    isKept[slot] = mark == 2 or (mark == 1 and not isOlder)\n    if not isKept[slot] then drop(inFlight, slot) end\n  else\n    local name, text = split(value)\n    isKept[slot] = unit and plan.marks[unit] ~= 2 and text == ARGV[6 + unit]\n    if not isKept[slot] then give(inFlight, slot, name, text, value) end\n  end\nend\nif #unknown > 1 and not plan.isLast then return unknown end\n\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\ncall('HDEL', owners, '')\nfor _, it in ipairs(strangers) do\n  local isAside = sub(it.slot, 1, 1) == '!'\n  if it.target and it.target.isUsable then\n    -- A `queues` of another type costs the pages a name, and must cost no job.\n    redis.pcall('SADD', queues, sub(it.target.key, 7))\n    call('RPUSH', it.target.key, it.text)\n    call('HDEL', it.hash, it.slot)\n  elseif not isAside then\n    local place = 1\n    while call('HSETNX', it.hash, '!' .. place, it.value) == 0 do place = place + 1 end\n    call('HDEL', it.hash, it.slot)\n  end\nend\nfor _, it in ipairs(drops) do call('HDEL', it[1], it[2]) end\nfor number, former in ipairs(formers) do\n  if call('EXISTS', KEYS[5 + number]) == 0 then call('HDEL', owners, former) end\nend\n\nlocal reply = {1}\nfor i, number in ipairs(plan.landed) do\n  local pad, text = KEYS[padsFrom + i], ARGV[6 + #slots + i]\n  local target = KEYS[targetsFrom + number]\n  local isList = call('TYPE', pad).ok == 'list'\n  local top = isList and call('LRANGE', pad, 0, 0)[1]\n  while top and top ~= text and targets[sub(target, 7)].isUsable do\n    call('LMOVE', pad, target, 'LEFT', 'RIGHT')\n    top = call('LRANGE', pad, 0, 0)[1]\n  end\n  if top ~= text then\n    reply[#reply + 1] = i\n    if plan.adopts[i] > 0 then plan.fills[plan.adopts[i]] = 1 end\n  end\nend\n\ncall('HSET', owners, ARGV[1], ARGV[2])\nfor number = padsFrom + #plan.landed + 1, #KEYS do\n  if call('MGET', KEYS[number])[1] == CLOSED then call('UNLINK', KEYS[number]) end\nend\ncall('HSET', beat, 'beat', ARGV[3])\ncall('EXPIRE', beat, 60)\ncall('HSET', inFlight, '#0', ARGV[4], '#1', ARGV[5])\nfor i, slot in ipairs(slots) do\n  local fill = plan.fills[i]\n  if not isKept[slot] and fill == 2 then call('HSET', inFlight, slot, MOVED) end\n  if not isKept[slot] and fill == 1 then\n    call('HSET', inFlight, slot, '\\n' .. plan.queues[i] .. '\\n' .. ARGV[6 + i])\n  end\nend\nreturn reply\n",
};

export interface RecoverKeys {
  owners: string;
  inFlight: string;
  beat: string;
  queues: string;
  rescued: string;
  formers: readonly string[];
  targets: readonly string[];
  pads: readonly string[];
  waiting: readonly string[];
}

export interface RecoverArgs {
  owner: string;
  names: string;
  now: string;
  first: number;
  second: number;
  plan: { formers: readonly string[]; targets: number; isRescued: boolean; isLast: boolean; slots: readonly string[]; queues: readonly string[]; marks: readonly number[]; fills: readonly number[]; landed: readonly number[]; adopts: readonly number[] };
  texts: readonly Bytes[];
}

/** Make the hash of a worker's jobs in flight what the worker knows it to be, and write down that the worker lives. See lua/core/recover.lua. */
export const recover = (redis: Redis, keys: RecoverKeys, args: RecoverArgs): Promise<[number, ...(string | number)[]]> =>
  runScript(
    redis,
    recoverScript,
    [keys.owners, keys.inFlight, keys.beat, keys.queues, keys.rescued, ...keys.formers, ...keys.targets, ...keys.pads, ...keys.waiting],
    [args.owner, args.names, args.now, args.first, args.second, packPlan(args.plan), ...args.texts],
  ) as Promise<[number, ...(string | number)[]]>;

export const registerScript: Script = {
  name: "register",
  sha1: "8b1b1f581c9068a46cba433d25bef5818791d536",
  lua: "local call = redis.call\nlocal owners, inFlight, beat = KEYS[1], KEYS[2], KEYS[3]\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\ncall('HDEL', owners, '')\ncall('HSET', owners, ARGV[1], ARGV[2])\ncall('HSET', beat, 'beat', ARGV[3])\ncall('EXPIRE', beat, 60)\nlocal added = 0\nfor i = 4, #ARGV, 2 do added = added + call('HSET', inFlight, ARGV[i], ARGV[i + 1]) end\nreturn added\n",
};

export interface RegisterKeys {
  owners: string;
  inFlight: string;
  beat: string;
}

export interface RegisterArgs {
  owner: string;
  queues: string;
  now: string;
  fields: readonly Bytes[];
}

/** Write down an owner and, in the same step, the hash that is to hold its jobs in flight, and that its process lives. See lua/core/register.lua. */
export const register = (redis: Redis, keys: RegisterKeys, args: RegisterArgs): Promise<number> =>
  runScript(
    redis,
    registerScript,
    [keys.owners, keys.inFlight, keys.beat],
    [args.owner, args.queues, args.now, ...args.fields],
  ) as Promise<number>;

export const replaceScript: Script = {
  name: "replace",
  sha1: "19ff4fd2b7dbe81d1a2ca943fb60acb41d8496d8",
  lua: "local call = redis.call\nlocal set, member, instead = KEYS[1], ARGV[1], ARGV[2]\n-- Without the right to take out nothing must be written. And a full memory refuses a script's first write alone, never this one.\ncall('ZREM', set, 'nobody')\n-- Its score, asked with a right that is needed anyway.\nlocal score = call('ZADD', set, 'XX', 'INCR', '0', member)\nif not score then return 0 end\nif member ~= instead then\n  call('ZADD', set, score, instead)\n  call('ZREM', set, member)\nend\nreturn 1\n",
};

export interface ReplaceKeys {
  set: string;
}

export interface ReplaceArgs {
  member: Bytes;
  instead: Bytes;
}

/** Put a changed job into a sorted set in place of what it was, at the same score. See lua/core/replace.lua. */
export const replace = (redis: Redis, keys: ReplaceKeys, args: ReplaceArgs): Promise<number> =>
  runScript(
    redis,
    replaceScript,
    [keys.set],
    [args.member, args.instead],
  ) as Promise<number>;

export const requeueScript: Script = {
  name: "requeue",
  sha1: "2f8b608a1f518e00b8443807b042560a8ad1db66",
  lua: "local MOVED = '-'\nlocal function splitHeld(value)\n  local nameEnd = string.sub(value, 1, 1) == '\\n' and string.find(value, '\\n', 2, true)\n  if not nameEnd then return nil, value end\n  return string.sub(value, 2, nameEnd - 1), string.sub(value, nameEnd + 1)\nend\nlocal function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call, sub = redis.call, string.sub\nlocal inFlight, queues = KEYS[1], KEYS[2]\nlocal plan = cmsgpack.unpack(ARGV[3])\nlocal calls = call('HMGET', inFlight, '#0', '#1')\nif tonumber(calls[1] or '-1') < tonumber(ARGV[1]) or tonumber(calls[2] or '-1') < tonumber(ARGV[2]) then return -1 end\nlocal moved, usable = 0, {}\nfor i = 3, #KEYS do\n  usable[i - 2] = not wrongType('list', KEYS[i])\nend\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\ncall('HDEL', inFlight, '')\nfor i, slot in ipairs(plan.slots) do\n  local value = usable[plan.targets[i]] and call('HGET', inFlight, slot)\n  if value and value ~= MOVED then\n    local _, payload = splitHeld(value)\n    local target = KEYS[2 + plan.targets[i]]\n    -- A `queues` of another type costs the pages a name, and must cost no job.\n    redis.pcall('SADD', queues, sub(target, 7))\n    call('RPUSH', target, payload)\n    call('HDEL', inFlight, slot)\n    moved = moved + 1\n  end\nend\nreturn moved\n",
};

export interface RequeueKeys {
  inFlight: string;
  queues: string;
  targets: readonly string[];
}

export interface RequeueArgs {
  first: number;
  second: number;
  plan: { slots: readonly string[]; targets: readonly number[] };
}

/** Put jobs in flight back where they came from, to be the next ones fetched. See lua/core/requeue.lua. */
export const requeue = (redis: Redis, keys: RequeueKeys, args: RequeueArgs): Promise<number> =>
  runScript(
    redis,
    requeueScript,
    [keys.inFlight, keys.queues, ...keys.targets],
    [args.first, args.second, packPlan(args.plan)],
  ) as Promise<number>;

export const rescueScript: Script = {
  name: "rescue",
  sha1: "a69ce255527f3cbd0cd8afb81f950f351e1a5c7d",
  lua: "local CLOSED = 'closed'\nlocal function closePad(pad) redis.call('SET', pad, CLOSED, 'NX', 'EX', 3600) end\nlocal function countRescue(key)\n  local rescues = redis.pcall('INCR', key)\n  if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, 259200) end\n  return type(rescues) == 'number' and rescues or 0\nend\nlocal MOVED = '-'\nlocal function splitHeld(value)\n  local nameEnd = string.sub(value, 1, 1) == '\\n' and string.find(value, '\\n', 2, true)\n  if not nameEnd then return nil, value end\n  return string.sub(value, 2, nameEnd - 1), string.sub(value, nameEnd + 1)\nend\nlocal function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call, sub = redis.call, string.sub\nlocal inFlight, beat, owners, queues, rescued = KEYS[1], KEYS[2], KEYS[3], KEYS[4], KEYS[5]\nlocal owner, plan = ARGV[1], cmsgpack.unpack(ARGV[2])\nlocal isBlocked = #plan.calls > 0\nif isBlocked then\n  local calls = call('HMGET', inFlight, '#0', '#1')\n  if (calls[1] or '') ~= plan.calls[1] or (calls[2] or '') ~= plan.calls[2] then return -1 end\nelseif call('EXISTS', beat) == 1 then\n  return -1\nend\n-- Before any other write: `maxmemory` is only checked before a script's first one, and this is always allowed.\ncall('HDEL', inFlight, '#0', '#1')\ncall('SET', rescued, ARGV[3], 'EX', 86400)\nlocal moved, usable, counted, isEmpty = 0, {}, {}, true\n-- Once for a job that was in flight twice: its process died once.\nlocal function count(number)\n  local key = not isBlocked and KEYS[5 + 2 * plan.queues + number]\n  if not key or counted[key] then return end\n  counted[key] = true\n  countRescue(key)\nend\n-- A job whose queue's key holds another type stays where it is, and must not hold up the others.\nfor i = 1, plan.queues do\n  usable[i] = not wrongType('list', KEYS[5 + i])\nend\nfor i, slot in ipairs(plan.slots) do\n  local value = call('HGET', inFlight, slot)\n  if value == MOVED then\n    if not isBlocked then call('HDEL', inFlight, slot) end\n  elseif value and usable[plan.targets[i]] and redis.sha1hex(value) == plan.digests[i] then\n    -- A slot that was filled anew since the look holds a job of another queue, perhaps, and has another count.\n    local _, payload = splitHeld(value)\n    local target = KEYS[5 + plan.targets[i]]\n    -- A `queues` of another type costs the pages a name, and must cost no job.\n    redis.pcall('SADD', queues, sub(target, 7))\n    call('RPUSH', target, payload)\n    call('HDEL', inFlight, slot)\n    count(i)\n    moved = moved + 1\n  end\nend\nlocal isSpared, seen, slotted = {}, {}, #plan.digests - #plan.landed\nfor _, number in ipairs(plan.spared) do isSpared[number] = true end\nfor i, number in ipairs(plan.landed) do seen[number] = slotted + i end\nfor i = 1, plan.queues do\n  local target, pad, number = KEYS[5 + i], KEYS[5 + plan.queues + i], seen[i]\n  local isList = not isSpared[i] and usable[i] and call('TYPE', pad).ok == 'list'\n  local value = isList and call('LMOVE', pad, target, 'LEFT', 'RIGHT')\n  while value do\n    redis.pcall('SADD', queues, sub(target, 7))\n    if number and redis.sha1hex(value) == plan.digests[number] then count(number) end\n    moved = moved + 1\n    value = call('LMOVE', pad, target, 'LEFT', 'RIGHT')\n  end\n  isEmpty = isEmpty and (call('EXISTS', pad) == 0 or call('MGET', pad)[1] == CLOSED)\nend\n-- What is still there came after the rescuer's look, or could not be moved: it is found again.\nlocal isOver = plan.last and isEmpty and call('EXISTS', inFlight) == 0\n-- Of an owner that is struck off already this call is late: it may have become another one, whose pads wait.\nif isOver and call('HDEL', owners, owner) == 1 then\n  for i = 1, plan.queues do closePad(KEYS[5 + plan.queues + i]) end\nend\nreturn moved\n",
};

export interface RescueKeys {
  inFlight: string;
  beat: string;
  owners: string;
  queues: string;
  rescued: string;
  targets: readonly string[];
  pads: readonly string[];
  counts: readonly string[];
}

export interface RescueArgs {
  owner: string;
  plan: { slots: readonly string[]; digests: readonly string[]; targets: readonly number[]; landed: readonly number[]; queues: number; last: boolean; calls: readonly string[]; spared: readonly number[] };
  mark: string;
}

/** Bring the jobs of a dead process back to their queues, or those that a process cannot go on with. See lua/core/rescue.lua. */
export const rescue = (redis: Redis, keys: RescueKeys, args: RescueArgs): Promise<number> =>
  runScript(
    redis,
    rescueScript,
    [keys.inFlight, keys.beat, keys.owners, keys.queues, keys.rescued, ...keys.targets, ...keys.pads, ...keys.counts],
    [args.owner, packPlan(args.plan), args.mark],
  ) as Promise<number>;

export const retryScript: Script = {
  name: "retry",
  sha1: "96d2d984bbc93b10cabe1c18038e1817e86f358a",
  lua: "local MOVED = '-'\nlocal function splitHeld(value)\n  local nameEnd = string.sub(value, 1, 1) == '\\n' and string.find(value, '\\n', 2, true)\n  if not nameEnd then return nil, value end\n  return string.sub(value, 2, nameEnd - 1), string.sub(value, nameEnd + 1)\nend\nlocal function slotValue(inFlight, slot, first, second, digest)\n  local known = redis.call('HMGET', inFlight, slot, '#0', '#1')\n  if tonumber(known[2] or '-1') < first or tonumber(known[3] or '-1') < second then return nil end\n  local value = known[1] or nil\n  if not value or value == MOVED or digest == '' then return value end\n  local _, payload = splitHeld(value)\n  return redis.sha1hex(payload) == digest and value or nil\nend\nlocal function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal inFlight, set = KEYS[1], KEYS[2]\nlocal slot, first, second, digest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]\nlocal score, payload = ARGV[5], ARGV[6]\nlocal wrong = wrongType('zset', set)\nif wrong then return wrong end\nif slot ~= '' then\n  local value = slotValue(inFlight, slot, first, second, digest)\n  if not value then return 0 end\n  if value == MOVED then return 1 end\nend\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\ncall('HDEL', inFlight, '')\ncall('ZADD', set, score, payload)\nlocal marked = slot ~= '' and redis.pcall('HSET', inFlight, slot, MOVED)\nif type(marked) == 'table' then\n  -- Refused: it must not wait there and be in its slot too.\n  call('ZREM', set, payload)\n  return marked\nend\nreturn 1\n",
};

export interface RetryKeys {
  inFlight: string;
  set: string;
}

export interface RetryArgs {
  slot: string;
  first: number;
  second: number;
  digest: string;
  score: string;
  payload: Bytes;
}

/** Take a job out of flight and put its next attempt into a sorted set. See lua/core/retry.lua. */
export const retry = (redis: Redis, keys: RetryKeys, args: RetryArgs): Promise<number> =>
  runScript(
    redis,
    retryScript,
    [keys.inFlight, keys.set],
    [args.slot, args.first, args.second, args.digest, args.score, args.payload],
  ) as Promise<number>;

export const ringScript: Script = {
  name: "ring",
  sha1: "a37f48fe35c616bdb939de92679528e6a3d72782",
  lua: "local call, sub = redis.call, string.sub\nlocal watchman, deputy, bell = KEYS[1], KEYS[2], KEYS[3]\nlocal me, how = ARGV[1] .. ' ', ARGV[2]\nlocal held = call('MGET', watchman, deputy)\n\nlocal function isMine(value) return value and sub(value, 1, #me) == me end\nlocal isWatchman, isDeputy = isMine(held[1]), isMine(held[2])\n\nlocal mayRing = {\n  handOn = isWatchman and held[2],\n  giveBack = isWatchman or isDeputy,\n  takeOver = isDeputy,\n  pass = true,\n}\nif not mayRing[how] then return 0 end\ncall('UNLINK', bell)\nif how == 'handOn' then\n  -- Kept for who is called; not for long, who knows whether anybody hears it.\n  call('SET', watchman, '?', 'PX', 100)\nelseif how == 'giveBack' then\n  if isWatchman then call('UNLINK', watchman) end\n  if isDeputy then call('UNLINK', deputy) end\nelseif how == 'takeOver' then\n  call('UNLINK', deputy)\n  call('SET', watchman, me .. ARGV[3], 'PX', ARGV[4])\nend\ncall('LPUSH', bell, '1')\ncall('EXPIRE', bell, 10)\nreturn 1\n",
};

export interface RingKeys {
  watchman: string;
  deputy: string;
  bell: string;
}

export interface RingArgs {
  me: string;
  how: string;
  turn: number;
  leaseMs: number;
}

/** Call whoever waits longest at the bell to look after a set of queues, and change the caller's own lease. See lua/core/ring.lua. */
export const ring = (redis: Redis, keys: RingKeys, args: RingArgs): Promise<number> =>
  runScript(
    redis,
    ringScript,
    [keys.watchman, keys.deputy, keys.bell],
    [args.me, args.how, args.turn, args.leaseMs],
  ) as Promise<number>;

export const seekScript: Script = {
  name: "seek",
  sha1: "f4db383fbfdb33506054006853346734e0471a42",
  lua: "local call, find = redis.call, string.find\nlocal set, text, rank, last, score = KEYS[1], ARGV[1], tonumber(ARGV[2]), ARGV[3], tonumber(ARGV[4])\nlocal most, bytes = tonumber(ARGV[5]), tonumber(ARGV[6])\nif last ~= '' then\n  -- What has gone before it makes others slip past. What has come makes some come again, which does no harm: where many come,\n  -- nobody would ever reach the end otherwise.\n  local before = call('ZREVRANGE', set, rank - 1, rank - 1, 'WITHSCORES')\n  if before[1] ~= last and not (before[2] and tonumber(before[2]) > score) then return {} end\nend\nlocal answer = { '', '', '0' }\nlocal looked, read, size = 0, 0, 1\nwhile looked < most and read < bytes do\n  size = math.min(size, most - looked)\n  local page = call('ZREVRANGE', set, rank + looked, rank + looked + size - 1)\n  for i = 1, #page do\n    read = read + #page[i]\n    if find(page[i], text, 1, true) then\n      local at = rank + looked + i - 1\n      local found = call('ZREVRANGE', set, at, at, 'WITHSCORES')\n      answer[#answer + 1] = found[1]\n      answer[#answer + 1] = found[2]\n    end\n  end\n  looked = looked + #page\n  answer[3] = tostring(looked)\n  if #page < size then return answer end\n  -- A page of large ones is to hold the server no longer than one of small ones.\n  size = math.max(1, math.min(100, 4 * size, math.floor(65536 * looked / math.max(read, 1))))\nend\nlocal at = rank + looked - 1\nlocal seen = call('ZREVRANGE', set, at, at, 'WITHSCORES')\nanswer[1], answer[2] = seen[1], seen[2]\nreturn answer\n",
};

export interface SeekKeys {
  set: string;
}

export interface SeekArgs {
  text: Bytes;
  rank: number;
  last: Bytes;
  score: string;
  most: number;
  bytes: number;
}

/** Look for a text among entries of a set, from the highest score down, some at a time. See lua/core/seek.lua. */
export const seek = (redis: Redis, keys: SeekKeys, args: SeekArgs): Promise<readonly Buffer[]> =>
  runScriptForBytes(
    redis,
    seekScript,
    [keys.set],
    [args.text, args.rank, args.last, args.score, args.most, args.bytes],
  );

export const signalScript: Script = {
  name: "signal",
  sha1: "ff3d160425152ec77d594e2a907fefa05252daeb",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal signals = KEYS[1]\nlocal name, seconds = ARGV[1], ARGV[2]\nlocal wrong = wrongType('list', signals)\nif wrong then return wrong end\n\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed: whoever fills Redis must be stopped.\ncall('EXPIRE', signals, seconds)\nif call('LINDEX', signals, 0) == name then return call('LLEN', signals) end\nlocal count = call('LPUSH', signals, name)\ncall('EXPIRE', signals, seconds)\nreturn count\n",
};

export interface SignalKeys {
  signals: string;
}

export interface SignalArgs {
  name: string;
  seconds: number;
}

/** Tell a process to be quiet, to stop, or to log what it is doing. See lua/core/signal.lua. */
export const signal = (redis: Redis, keys: SignalKeys, args: SignalArgs): Promise<number> =>
  runScript(
    redis,
    signalScript,
    [keys.signals],
    [args.name, args.seconds],
  ) as Promise<number>;

export const strikeScript: Script = {
  name: "strike",
  sha1: "69cacd7d04cd5bf0b2731d0615e9cc62cbe18f4d",
  lua: "local function countRescue(key)\n  local rescues = redis.pcall('INCR', key)\n  if redis.call('TTL', key) < 0 then redis.call('EXPIRE', key, 259200) end\n  return type(rescues) == 'number' and rescues or 0\nend\nlocal most = tonumber(ARGV[1])\n-- `maxmemory` is only checked before a script's first write, and this one is always allowed.\nredis.call('HDEL', KEYS[1], '')\nlocal pills = {}\nfor i = 2, #KEYS do\n  if countRescue(KEYS[i]) > most then pills[#pills + 1] = i - 1 end\nend\nreturn pills\n",
};

export interface StrikeKeys {
  owners: string;
  counts: readonly string[];
}

export interface StrikeArgs {
  most: number;
}

/** Count jobs as brought back once whose process ends by a mistake that one of them may have made. See lua/core/strike.lua. */
export const strike = (redis: Redis, keys: StrikeKeys, args: StrikeArgs): Promise<[...number[]]> =>
  runScript(
    redis,
    strikeScript,
    [keys.owners, ...keys.counts],
    [args.most],
  ) as Promise<[...number[]]>;

export const watchScript: Script = {
  name: "watch",
  sha1: "67e16bc12525d8f011861356161ab7bf01b63d93",
  lua: "local call, sub = redis.call, string.sub\nlocal watchman, deputy = KEYS[1], KEYS[2]\nlocal me, leaseMs = ARGV[1] .. ' ', ARGV[3]\nlocal held = call('MGET', watchman, deputy)\n\nlocal function isMine(value) return value and sub(value, 1, #me) == me end\nlocal function isFree(value, stale) return not value or value == stale or isMine(value) end\n\nlocal function take(lease)\n  call('UNLINK', lease)\n  call('SET', lease, me .. ARGV[2], 'PX', leaseMs)\nend\n\nlocal role = 0\nif isFree(held[1], ARGV[5]) or (ARGV[4] == '1' and held[1] == '?') then\n  take(watchman)\n  if isMine(held[2]) then call('UNLINK', deputy) end\n  role = (isFree(held[2], ARGV[6])) and 2 or 3\nelseif isFree(held[2], ARGV[6]) then\n  take(deputy)\n  role = 1\nend\nreturn {role, held[1], held[2]}\n",
};

export interface WatchKeys {
  watchman: string;
  deputy: string;
}

export interface WatchArgs {
  me: string;
  turn: number;
  leaseMs: number;
  isCalled: number;
  staleWatchman: string;
  staleDeputy: string;
}

/** Ask to be one of the two that look after a set of queues for all idle workers. See lua/core/watch.lua. */
export const watch = (redis: Redis, keys: WatchKeys, args: WatchArgs): Promise<[number, string | null, string | null]> =>
  runScript(
    redis,
    watchScript,
    [keys.watchman, keys.deputy],
    [args.me, args.turn, args.leaseMs, args.isCalled, args.staleWatchman, args.staleDeputy],
  ) as Promise<[number, string | null, string | null]>;

export const withdrawScript: Script = {
  name: "withdraw",
  sha1: "4e22338a3194fa695e77f6823e4eacf955897b43",
  lua: "local function wrongType(wanted, key)\n  local kind = redis.call('TYPE', key).ok\n  if kind == wanted or kind == 'none' then return nil end\n  return redis.error_reply('WRONGTYPE Expected ' .. key .. ' to be a ' .. wanted .. ', it is a ' .. kind)\nend\nlocal call = redis.call\nlocal queue, queues, target = KEYS[1], KEYS[2], KEYS[3]\nlocal payload, moved, side, score, oldest, maxJobs = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]\nlocal isQueue = score == ''\nlocal wrong = wrongType('list', queue) or wrongType(isQueue and 'list' or 'zset', target)\nif wrong then return wrong end\n-- Without the right to take back nothing must be written. And a full memory refuses a script's first write alone, never this one.\nif isQueue then call('LPOP', target, 0) else call('ZREM', target, 'nobody') end\nlocal added\nif isQueue then\n  added = call('LPUSH', target, moved)\nelse\n  added = call('ZADD', target, score, moved)\nend\n-- Of two equal ones on the same queue the other goes: they are the same.\nlocal removed = redis.pcall('LREM', queue, side, payload)\nif removed ~= 1 then\n  if isQueue then call('LPOP', target) elseif added == 1 then call('ZREM', target, moved) end\n  -- Refused: said by the command itself, and of no job.\n  if removed ~= 0 then return call('LREM', queue, side, 'nobody') end\n  return 0\nend\nif isQueue then\n  -- A `queues` of another type costs the pages a name, and must cost no job.\n  redis.pcall('SADD', queues, string.sub(target, 7))\nelse\n  call('ZREMRANGEBYSCORE', target, '-inf', oldest)\n  call('ZREMRANGEBYRANK', target, 0, -tonumber(maxJobs))\nend\nreturn 1\n",
};

export interface WithdrawKeys {
  queue: string;
  queues: string;
  target: string;
}

export interface WithdrawArgs {
  payload: Bytes;
  moved: Bytes;
  side: number;
  score: string;
  oldest: string;
  maxJobs: number;
}

/** Take one job off a queue by its bytes, and put it onto another or into the dead set. See lua/core/withdraw.lua. */
export const withdraw = (redis: Redis, keys: WithdrawKeys, args: WithdrawArgs): Promise<number> =>
  runScript(
    redis,
    withdrawScript,
    [keys.queue, keys.queues, keys.target],
    [args.payload, args.moved, args.side, args.score, args.oldest, args.maxJobs],
  ) as Promise<number>;

/** All of them. */
export const SCRIPTS: readonly Script[] = [
  announceScript,
  beatScript,
  buryScript,
  cancelScript,
  clearScript,
  closeScript,
  enqueueScript,
  fetchScript,
  forgetScript,
  killScript,
  promoteScript,
  putbackScript,
  recoverScript,
  registerScript,
  replaceScript,
  requeueScript,
  rescueScript,
  retryScript,
  ringScript,
  seekScript,
  signalScript,
  strikeScript,
  watchScript,
  withdrawScript,
];
