/** `tsq` as somebody types it in a shell of 80 columns, beside a Redis that is empty before each test. */
import { expect } from "vitest";
import { setRedis } from "./empty-redis.ts";
import type { EmptyRedis } from "./empty-redis.ts";
import type { StartRedisOptions } from "./redis.ts";
import { tsq } from "./tsq-command.ts";
import type { Ended } from "./tsq-command.ts";

type Typed = (...args: readonly string[]) => Promise<Ended>;

export interface Shell extends EmptyRedis {
  /** For commands that are started otherwise. */
  readonly env: () => Readonly<Record<string, string>>;
  readonly run: Typed;
  /** With `--yes`. */
  readonly yes: Typed;
  /** What a command prints that ends well and complains of nothing. */
  readonly shown: (...args: readonly string[]) => Promise<string>;
  readonly json: <T>(...args: readonly string[]) => Promise<T>;
  readonly jsonl: (...args: readonly string[]) => Promise<Record<string, unknown>[]>;
  /** Puts payloads onto a queue, as they are. */
  readonly push: (queue: string, ...texts: readonly string[]) => Promise<void>;
}

export const setShell = (options: StartRedisOptions = {}): Shell => {
  const stage = setRedis(options);
  const env = () => ({ REDIS_URL: stage.server.url, COLUMNS: "80" });
  const run: Typed = (...args) => tsq(args, { env: env() });
  const shown = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stderr]).toEqual([0, ""]);
    return stdout;
  };
  return {
    get server() {
      return stage.server;
    },
    get redis() {
      return stage.redis;
    },
    env,
    run,
    yes: (...args) => run(...args, "--yes"),
    shown,
    json: async <T>(...args: readonly string[]) => JSON.parse(await shown(...args, "--json")) as T,
    jsonl: async (...args) =>
      (await shown(...args, "--jsonl"))
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    push: async (queue, ...texts) => {
      await stage.redis
        .multi()
        .sadd("queues", queue)
        .lpush(`queue:${queue}`, ...texts)
        .exec();
    },
  };
};
