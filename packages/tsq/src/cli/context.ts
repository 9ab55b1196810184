/** What a command gets: its environment, where it prints, and its Redis, parsed and checked once. */
import { checkServer } from "@tsq/core/protocol";
import type { Environment } from "../config/erb/erb-expression.ts";
import { redisFrom } from "../config/redis-url.ts";
import type { RedisSource } from "../config/redis-url.ts";
import type { CommandContext } from "./command.ts";
import { Output } from "./output.ts";

/** The flags that mean the same for every command that has them. */
interface CommonFlags {
  readonly redis?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

export const createContext = (
  { redis, json = false, yes = false }: CommonFlags,
  env: Environment = process.env,
): CommandContext => {
  let named: RedisSource | undefined;
  let checked: Promise<RedisSource> | undefined;
  const namedRedis = (): RedisSource => (named ??= redisFrom(redis, env));
  const check = async (): Promise<RedisSource> => {
    const source = namedRedis();
    await checkServer(source.url);
    return source;
  };
  return {
    env,
    out: new Output({ isJson: json, isConfirmed: yes }),
    namedRedis,
    redis: () => (checked ??= check()),
  };
};
