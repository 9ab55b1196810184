/**
 * Tries whether Redis tells a listener of changes, by a connection of its own: proxies close one, or never answer it again,
 * at a command that they do not know, and take others without doing what they say.
 */
import { connect } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import type { RedisTarget } from "@tsq/core";
import { within } from "../../within.ts";
import { Closed, Unopened } from "./closed.ts";
import { inTime } from "./in-time.ts";

const ANSWER_MS = 1_000;
const OPEN_MS = 2_000;
// Redis writes what it tells before the answer that is waited for; a proxy may be slower with the one than with the other.
const GRACE_MS = 200;
const PROBE_MS = 1_000;

export interface Trial {
  readonly probeKey: string;
  /** Who is told. */
  readonly listenerId: number;
  /** Resolves when all is told that was to be told before. */
  readonly caughtUp: () => Promise<void>;
  /** Resolves when it has been told of the key. */
  readonly heard: () => Promise<unknown>;
}

/**
 * Resolves to the reason why it does not tell, or to nothing.
 *
 * @param open has its connection as long as there is one, for whoever stops to end it, also while it is being opened: a
 *   network in which that hangs must not keep a process
 */
export const tryApart = async (
  target: RedisTarget,
  trial: Trial,
  open: Set<Redis>,
): Promise<Error | undefined> => {
  // Nothing is sent twice by it either.
  const redis = connect(target, "listening");
  open.add(redis);
  try {
    const closed = new Promise<false>((resolve) => redis.once("close", () => resolve(false)));
    const isReady = new Promise<true>((resolve) => redis.once("ready", () => resolve(true)));
    if (!(await inTime(OPEN_MS, Promise.race([isReady, closed])))) {
      return new Unopened();
    }
    const lost = closed.then(() => new Closed("the connection was closed at CLIENT TRACKING"));
    return await Promise.race([tryBy(redis, trial), lost]);
  } finally {
    open.delete(redis);
    redis.disconnect();
  }
};

/** The same by this connection, which tells of what is read by it from now on. */
export const tryBy = async (redis: Redis, trial: Trial): Promise<Error | undefined> => {
  const silent = new Error("CLIENT TRACKING was not answered in time");
  const answered = told(redis, trial).then(
    (error) => [error],
    (error: Error) => [error],
  );
  const [error] = (await inTime(ANSWER_MS, answered)) ?? [silent];
  return error;
};

const told = async (
  redis: Redis,
  { probeKey, listenerId, caughtUp, heard }: Trial,
): Promise<Error | undefined> => {
  const isHeard = heard();
  await Promise.all([
    turnOn(redis, listenerId),
    redis.client("CACHING", "YES"),
    redis.exists(probeKey),
    redis.set(probeKey, "1", "PX", PROBE_MS),
  ]);
  await caughtUp();
  if (
    await within(
      GRACE_MS,
      isHeard.then(() => true),
    )
  )
    return undefined;
  return new Error("it takes CLIENT TRACKING and tells nothing");
};

export const turnOn = (redis: Redis, listenerId: number): Promise<unknown> =>
  redis.client("TRACKING", "ON", "REDIRECT", listenerId, "OPTIN");
