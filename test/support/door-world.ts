/** The same few jobs in any place, what happens to them while somebody is asked, and what is left in the end. */
import { Redis, ReplyError } from "ioredis";
import { vi } from "vitest";
import { BULK, LOW } from "./doors.ts";
import type { JobPlaceName } from "./doors.ts";
import { jidOf } from "./failed-jobs.ts";
import { heartbeat } from "./terminal-redis.ts";

/** By their letters: two that are meant, one of another class, and one that comes later. */
export const JIDS = { a: jidOf(1), b: jidOf(2), other: jidOf(3), late: jidOf(4) } as const;
export type Letter = keyof typeof JIDS;

export const IDENTITY = "web-1:1:a";
const KEYS = { retry: "retry", scheduled: "schedule", dead: "dead" } as const;

const payloadOf = (letter: Letter, queue: string, hours: number): string => {
  const enqueuedAt = Date.now() + hours * 3_600_000;
  const name = letter === "other" ? "OtherJob" : "HardJob";
  return JSON.stringify({
    class: name,
    args: [],
    jid: JIDS[letter],
    queue,
    retry: true,
    enqueued_at: enqueuedAt,
  });
};

/** @param hours that the clock is ahead of whoever pushes. What comes later has come when somebody has looked. */
export const put = async (
  redis: Redis,
  place: JobPlaceName,
  letters: readonly Letter[],
  hours = letters.includes("late") ? 1 : -1,
): Promise<void> => {
  if (place === "running") await heartbeat(redis, IDENTITY, ["default"], "tsq 0.1.0");
  if (place === "queue") await redis.sadd("queues", LOW);
  for (const letter of letters) {
    if (place === "running") {
      const run = { queue: "default", payload: payloadOf(letter, "default", hours), run_at: 1_700_000_000 };
      await redis.hset(`${IDENTITY}:work`, letter, JSON.stringify(run));
    } else if (place === "queue") await redis.lpush(`queue:${LOW}`, payloadOf(letter, LOW, hours));
    else {
      const seconds = Date.now() / 1_000 + (place === "dead" ? -3_600 : 3_600);
      const later = letter === "late" ? 7_200 : Object.keys(JIDS).indexOf(letter);
      await redis.zadd(KEYS[place], seconds + later, payloadOf(letter, "default", hours));
    }
  }
};

const textsIn = (redis: Redis, key: string): Promise<string[]> =>
  key.startsWith("queue:") ? redis.lrange(key, 0, -1) : redis.zrange(key, "0", "-1");

/** Somebody else has been faster. */
export const takeAway = async (redis: Redis, place: JobPlaceName, letter: Letter): Promise<void> => {
  if (place === "running") return void (await redis.hdel(`${IDENTITY}:work`, letter));
  const key = place === "queue" ? `queue:${LOW}` : KEYS[place];
  const text = (await textsIn(redis, key)).find((one) => one.includes(JIDS[letter])) ?? "";
  await (place === "queue" ? redis.lrem(key, 1, text) : redis.zrem(key, text));
};

export const BROKEN = "ERR broken on purpose";

/** Whatever would change this job Redis refuses, whoever asks; it can be looked at as ever. */
export const refuseDeedsTo = (letter: Letter): void => refuse(/^(?:zrem|evalsha|eval|lrem)$/, JIDS[letter]);

/** @param what stands among the arguments of the commands that are refused */
export const refuse = (commands: RegExp, what: string): void => {
  // oxlint-disable-next-line typescript/unbound-method -- each connection calls it as its own
  const send = Redis.prototype.sendCommand;
  vi.spyOn(Redis.prototype, "sendCommand").mockImplementation(function (this: Redis, command, ...rest) {
    const isMeant = commands.test(command.name) && command.args.some((arg) => String(arg).includes(what));
    if (!isMeant) return send.call(this, command, ...rest);
    command.reject(new ReplyError(BROKEN));
    return command.promise;
  });
};

/** By key, with a star behind those that go to the other queue; what runs, and which are cancelled. */
export type Left = Readonly<Record<string, readonly string[]>>;

export const left = async (redis: Redis): Promise<Left> => {
  const all: Record<string, readonly string[]> = {};
  for (const key of ["retry", "schedule", "dead", "queue:default", `queue:${LOW}`, `queue:${BULK}`]) {
    const texts = await textsIn(redis, key);
    if (texts.length > 0) all[key] = texts.map(nameOf).toSorted();
  }
  const runs = await redis.hvals(`${IDENTITY}:work`);
  if (runs.length > 0)
    all["running"] = runs.map((run) => nameOf((JSON.parse(run) as { payload: string }).payload)).toSorted();
  const marks = await Promise.all(
    Object.entries(JIDS).map(async ([letter, jid]) =>
      (await redis.hexists(`it-${jid}`, "cancelled")) ? [letter] : [],
    ),
  );
  if (marks.flat().length > 0) all["cancelled"] = marks.flat();
  return all;
};

const nameOf = (text: string): string => {
  const { jid, queue } = JSON.parse(text) as { jid: string; queue: string };
  const letter = Object.entries(JIDS).find(([, of]) => of === jid)?.[0] ?? jid;
  return `${letter}${queue === BULK ? "*" : ""}`;
};

/** What stands in the audit trail of a deed. */
export interface Entry {
  readonly action: string;
  readonly outcome: string;
  readonly count: number;
  readonly subject: string;
  readonly note: string;
}

export const trail = async (redis: Redis): Promise<readonly Entry[]> =>
  (await redis.xrange("tsq:audit", "-", "+")).map(([, fields]) => {
    const of = (name: string): string => fields[fields.indexOf(name) + 1] ?? "";
    const { action, outcome, count, subject } = {
      action: of("action"),
      outcome: of("outcome"),
      count: Number(of("count")),
      subject: of("subject"),
    };
    return { action, outcome, count, subject, note: fields.includes("note") ? of("note") : "" };
  });
