/** What Redis holds of the jobs of a run, place by place. */
import type { Redis } from "ioredis";
import type { FinalState } from "./checker.ts";
import { PUSHED } from "./driver.ts";
import type { Memory } from "./history.ts";

export interface RedisState extends FinalState {
  /** What `tsq:owners` names. */
  readonly owners: readonly string[];
}

// At one instant: a job that moves while its places are read one by one would be in none of them. As a script that cannot
// write, which a server answers that holds back all writes.
const ALL_AT_ONCE = `
  local queued, held, owners = {}, {}, redis.call('HKEYS', 'tsq:owners')
  local function put(into, values) for _, value in ipairs(values) do into[#into + 1] = value end end
  for _, key in ipairs(redis.call('KEYS', 'queue:*')) do put(queued, redis.call('LRANGE', key, 0, -1)) end
  for _, key in ipairs(redis.call('KEYS', 'tsq:pad:*')) do
    if redis.call('TYPE', key).ok == 'list' then put(held, redis.call('LRANGE', key, 0, -1)) end
  end
  for _, key in ipairs(redis.call('KEYS', 'tsq:in-flight:*')) do
    local fields = redis.call('HGETALL', key)
    for i = 1, #fields, 2 do
      if string.sub(fields[i], 1, 1) ~= '#' then
        local _, queueEnd = string.find(fields[i + 1], '^\\n[^\\n]*\\n')
        held[#held + 1] = string.sub(fields[i + 1], (queueEnd or 0) + 1)
      end
    end
  end
  local sets = {}
  for i, name in ipairs({ 'retry', 'schedule', 'dead' }) do sets[i] = redis.call('ZRANGE', name, 0, -1) end
  return { queued, held, sets[1], sets[2], sets[3], owners }
`;

export async function stateOf(redis: Redis): Promise<RedisState> {
  // The script says in which order.
  const [queued, held, retry, scheduled, dead, owners] = (await redis.call("EVAL_RO", ALL_AT_ONCE, 0)) as [
    string[],
    string[],
    string[],
    string[],
    string[],
    string[],
  ];
  return {
    queued: queued.map(idOf),
    inFlight: held.map(idOf),
    retry: retry.map(idOf),
    scheduled: scheduled.map(idOf),
    dead: dead.map((text) => ({
      id: idOf(text),
      isPoisonPill: text.includes('"error_class":"Tsq::PoisonPill"'),
    })),
    owners,
  };
}

/** What Redis has, as a history tells it. */
export async function memoryOf(redis: Redis): Promise<Memory> {
  const { queued, inFlight, retry, scheduled, dead } = await stateOf(redis);
  return {
    knows: await redis.smembers(PUSHED),
    holds: [...queued, ...inFlight, ...retry, ...scheduled, ...dead.map(({ id }) => id)],
  };
}

/** A job's jid; what is no job is its own name. */
function idOf(payload: string): string {
  try {
    return (JSON.parse(payload) as { jid: string }).jid;
  } catch {
    return payload;
  }
}
