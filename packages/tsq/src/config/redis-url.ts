/** Which Redis a command talks to: by flag, by variable, or the default, and that it can be one. */
import { ConfigError } from "@tsq/core";
import { DEFAULT_REDIS_URL, redisFromEnv, withoutPassword } from "@tsq/core/protocol";
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
  if (flag !== undefined) return { url: checkedUrl(flag, "--redis"), from: "--redis" };
  const { url, from } = redisFromEnv(env);
  const checked = checkedUrl(url, from.replace(" (by REDIS_PROVIDER)", ""));
  return { url: checked, from: (from === "REDIS_URL" && env[REDIS_FROM]) || from };
};

/** The URL in the form every connection understands: trimmed, its scheme in small letters, a path as unix://. */
const checkedUrl = (given: string, name: string): string => {
  const url = given.trim();
  const wrong = (expected: string, remedy: string): ConfigError =>
    new ConfigError(`Expected \`${name}\` to be ${expected}, got \`${withoutPassword(url)}\`. ${remedy}`);
  if (url.startsWith("/")) return `unix://${url}`;
  const scheme = /^([a-z][-+.a-z\d]*):\/\//i.exec(url)?.[1]?.toLowerCase();
  if (scheme === undefined || !["redis", "rediss", "unix"].includes(scheme)) {
    throw wrong(
      "a redis://, rediss:// or unix:// URL",
      /^[-\w.]+(:\d+)?$/.test(url)
        ? `Write \`redis://${url}\`.`
        : `Write for example \`${DEFAULT_REDIS_URL}\`.`,
    );
  }
  let parsed: URL;
  try {
    parsed = new URL(url);
    decodeURIComponent(parsed.username + parsed.password);
  } catch {
    throw wrong(
      "a Redis URL",
      "Check its host and port, and percent-encode special characters of the password (`@` is %40, `/` is %2F).",
    );
  }
  if (scheme === "unix") {
    if (parsed.pathname.length > 1 && parsed.host === "") return `unix${url.slice(scheme.length)}`;
    throw wrong("a unix:// URL with an absolute path", "Write for example `unix:///run/redis/redis.sock`.");
  }
  if (!/^\/?\d*$/.test(parsed.pathname)) {
    throw wrong("a Redis URL whose path is a database number", "End it with `/0`, or another number.");
  }
  return scheme + url.slice(scheme.length);
};
