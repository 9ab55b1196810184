/** A client's line to what carries its payloads: opened at a push, and ended when all its pushes have their answers. */
import type { Logger } from "pino";
import { ConfigError } from "../errors.ts";
import { shown } from "../report/inspect.ts";
import type { Redis, RedisTarget } from "../redis/connect.ts";
import type { WireOption } from "../redis/wire-fleet.ts";
import type { WireGeneration } from "../wire/time.ts";
import type { PushContext } from "./chain.ts";
import { RedisTransport } from "./redis-transport.ts";
import type { Transport } from "./transport.ts";

export interface Line {
  readonly transport: Transport;
  /** The spelling of times that the client was told; it goes before what the transport would say. */
  readonly pinned: WireGeneration | undefined;
  /** Pushes that may not have reached the transport: a middleware or the look at the fleet holds them up. */
  readonly begun: Set<Promise<unknown>>;
  /** Its transport has an answer for each push before it is closed. One of somebody's own may close beside them. */
  readonly isPatient: boolean;
  /** Throws what a failed push or look is rejected with. */
  readonly fail: (error: Error) => never;
}

export const openLine = (target: RedisTarget, wire: WireOption, logger: Logger | undefined): Line => {
  const transport = new RedisTransport(target, wire, logger);
  return { transport, pinned: pinnedBy(wire), begun: new Set(), isPatient: true, fail: transport.fail };
};

/** The line by a transport of somebody's own, whose errors are told as they are. */
export const lineBy = (transport: Transport, wire: WireOption): Line => ({
  transport,
  pinned: pinnedBy(wire),
  begun: new Set(),
  isPatient: false,
  fail: (error) => {
    throw error;
  },
});

const pinnedBy = (wire: WireOption): WireGeneration | undefined => (wire === "auto" ? undefined : wire);

export const endLine = async ({ transport, begun }: Line): Promise<void> => {
  transport.hurry?.();
  await Promise.allSettled(begun);
  await transport.close();
};

/** Keeps a push in sight of whoever ends the line, until it is through. */
export const keep = ({ begun }: Line, push: Promise<unknown>): void => {
  begun.add(push);
  const forget = (): boolean => begun.delete(push);
  push.then(forget, forget);
};

/** What middleware is told of a push on this line. */
export const pushContext = ({ transport }: Line, reason: PushContext["reason"]): PushContext => ({
  reason,
  redis: () => {
    if (transport.redis) return transport.redis();
    throw new ConfigError(
      "Expected a transport with a `redis()` that client middleware can ask, got one without. " +
        "Add `redis()` to the `transport` of the Client, or leave the middleware out there.",
    );
  },
});

/** The Redis of a client, for what is no push. */
export const redisOf = ({ transport }: Line): Redis => {
  if (transport.redis) return transport.redis();
  throw new ConfigError(
    "Expected a client that has a Redis, got one whose `transport` has no `redis()`. Add it there, or use a Client with `redis`.",
  );
};

/** Who will read what is pushed, by generation. */
export const generationsOf = (
  { transport, pinned, fail }: Line,
  nowMs: number,
): ReadonlySet<number> | Promise<ReadonlySet<number>> => {
  if (pinned !== undefined) return PINNED[pinned];
  const known = transport.generations?.(nowMs) ?? NOBODY;
  return isThenable(known) ? Promise.resolve(known).catch(fail) : known;
};

const NOBODY: ReadonlySet<number> = new Set();
const PINNED: Readonly<Record<WireGeneration, ReadonlySet<number>>> = { 7: new Set([7]), 8: new Set([8]) };

/** How the times of a push are to be written. */
export const spelling = (
  { transport, pinned }: Line,
  nowMs: number,
): WireGeneration | Promise<WireGeneration> => {
  const known: unknown = pinned ?? transport.spelling(nowMs);
  if (isGeneration(known)) return known;
  // A promise from elsewhere may lack `catch`.
  if (isThenable(known)) return Promise.resolve(known).then(checkedGeneration);
  return checkedGeneration(known);
};

const isGeneration = (value: unknown): value is WireGeneration => value === 8 || value === 7;
const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { then?: unknown } | null | undefined)?.then === "function";

/** A transport of somebody's own may answer anything, and times would be written by it. */
const checkedGeneration = (value: unknown): WireGeneration => {
  if (isGeneration(value)) return value;
  throw new ConfigError(
    `Expected \`spelling()\` of the \`transport\` to answer 8 or 7, or a promise of one, got ${shown(value)}. Answer the number 8 where no Sidekiq 7 or older reads.`,
  );
};
