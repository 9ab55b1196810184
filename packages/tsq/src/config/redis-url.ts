/** Which Redis a command talks to: by flag, by variable, or the default, and that it can be one. */
import { readRedisUrl, redisFromEnv } from "@tsq/core/protocol";
import type { Environment } from "./erb/erb-expression.ts";

/** The variable with which `tsq dev` tells its worker who named what REDIS_URL holds. */
export const REDIS_FROM = "TSQ_REDIS_FROM";

export interface RedisSource {
  readonly url: string;
  /** Who named it, for messages: `--redis`, a variable, or `default`. */
  readonly from: string;
}

/**
 * The flag, else the variable that REDIS_PROVIDER names, else REDIS_URL, else localhost. An empty
 * variable counts as unset.
 *
 * @throws ConfigError when what is given is no Redis URL; passwords are not shown
 */
export const redisFrom = (flag: string | undefined, env: Environment): RedisSource => {
  if (flag !== undefined) return { url: readRedisUrl(flag, "--redis").url, from: "--redis" };
  const { url, from } = redisFromEnv(env);
  const checked = readRedisUrl(url, from.replace(" (by REDIS_PROVIDER)", "")).url;
  return { url: checked, from: (from === "REDIS_URL" && env[REDIS_FROM]) || from };
};
