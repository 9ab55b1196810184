/** What carries the payloads of a Client: the door under it. Redis is what it leads to when no other is named. */
import { ConfigError } from "../errors.ts";
import { shown } from "../report/inspect.ts";
import type { Redis } from "../redis/connect.ts";
import type { WireGeneration } from "../wire/time.ts";

/**
 * Carries payloads from a Client to wherever they are to be: a test's list, a table that is read later, a server of
 * another kind. A payload is the text that Redis would get, after normalizing and middleware; it has its jid and times.
 * A push waits for the promise of the call that carries it, and is rejected with what that promise is rejected with.
 *
 * It belongs to the client that it is given to, which closes it. A client never leaves it: not for the Redis that
 * `tsq work` is told, and not when the last worker of the process has stopped. So it should hold the process only while
 * it has something to carry.
 */
export interface Transport {
  /**
   * Puts a payload on the pop-last end of its queue, as Sidekiq's LPUSH. Called in the tick of the push, so that pushes of
   * one tick can be gathered.
   */
  push(queue: string, payload: string): Promise<void>;
  /** The same for jobs of one queue that were pushed together; the first is to be popped first. */
  pushAll(queue: string, payloads: readonly string[]): Promise<void>;
  /** Puts a payload into the schedule, to run at so many seconds since 1970. It names its queue itself. */
  schedule(atSeconds: number, payload: string): Promise<void>;
  /** The same for jobs that were pushed together, with one time for each. */
  scheduleAll(atSeconds: readonly number[], payloads: readonly string[]): Promise<void>;
  /**
   * How the times of a payload are to be written for those who will read it: 8 as integer milliseconds, 7 as float seconds.
   * A promise only while that is not known: a push waits for it. Not asked where `wire` of the client pins it.
   */
  spelling(nowMs: number): WireGeneration | Promise<WireGeneration>;
  /**
   * The generations of Ruby's Sidekiq that will read, by major version, for what is written in more ways than `spelling`
   * says; empty where there are none. Without it nobody is known, and what every generation reads is written.
   */
  generations?(nowMs: number): ReadonlySet<number> | Promise<ReadonlySet<number>>;
  /** What middleware gets from its `redis()`; without it that throws. */
  redis?(): Redis;
  /** Sends what it has gathered: more is about to come, and making it takes a while. */
  flush?(): void;
  /** The client is about to close: what is on its way should not be tried for longer than it must. */
  hurry?(): void;
  /** Called once, when every push of the client has its answer. Resolves when all is let go of. */
  close(): Promise<void>;
}

const NEEDED = ["push", "pushAll", "schedule", "scheduleAll", "spelling", "close"] as const;
const OPTIONAL = ["generations", "redis", "flush", "hurry"] as const;

/** @throws ConfigError when it lacks one of the functions that are called, which would make a push fail later */
export const checkedTransport = (transport: unknown): Transport => {
  // From JavaScript anything can come.
  const given = transport as Partial<Record<string, unknown>> | null | undefined;
  const bad = [
    ...NEEDED.filter((name) => typeof given?.[name] !== "function"),
    ...OPTIONAL.filter((name) => given?.[name] !== undefined && typeof given?.[name] !== "function"),
  ];
  if (bad.length === 0) return transport as Transport;
  const names = bad.map((name) => `\`${name}\``).join(", ");
  throw new ConfigError(
    `Expected \`transport\` to be an object with the functions of a Transport, got ${shown(transport)} without ${names}. Leave it out to push to Redis.`,
  );
};
