/** A Redis URL: read part by part, refused by the name of who gave it, and shown without its password. */
import type { RedisOptions } from "ioredis";
import { ConfigError } from "../errors.ts";

/** The default of Sidekiq and of every other client. */
export const DEFAULT_REDIS_URL = "redis://localhost:6379/0";

/** A URL that was read. */
export interface RedisUrl {
  /** In the form that every client understands: trimmed, its scheme in small letters, a path as unix://. */
  readonly url: string;
  /** The same as options of ioredis. */
  readonly options: RedisOptions;
}

const SCHEMES = ["redis", "rediss", "unix"];
const DATABASE = /^\d+$/;

/**
 * Reads a Redis URL, or the path of a socket.
 *
 * @param name who says so, for messages: `--redis`, a variable, an option
 * @throws ConfigError when it is none; passwords are not shown
 */
export const readRedisUrl = (given: string, name: string): RedisUrl => {
  const trimmed = given.trim();
  const text = trimmed.startsWith("/") ? `unix://${trimmed}` : trimmed;
  const wrong = (expected: string, remedy: string): ConfigError =>
    new ConfigError(`Expected \`${name}\` to be ${expected}, got \`${withoutPassword(text)}\`. ${remedy}`);
  const scheme = /^([a-z][-+.a-z\d]*):\/\//i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined || !SCHEMES.includes(scheme)) {
    throw wrong(
      "a redis://, rediss:// or unix:// URL",
      /^[-\w.]+(:\d+)?$/.test(text)
        ? `Write \`redis://${text}\`.`
        : `Write for example \`${DEFAULT_REDIS_URL}\`.`,
    );
  }
  const parsed = parsedOrUndefined(text);
  if (!parsed) {
    throw wrong(
      "a Redis URL",
      "Check its host and port, and percent-encode special characters of the password (`%` is %25, `@` is %40, `/` is %2F).",
    );
  }
  const url = scheme + text.slice(scheme.length);
  const isSocket = scheme === "unix";
  if (isSocket && (parsed.pathname.length <= 1 || parsed.host !== "")) {
    throw wrong("a unix:// URL with an absolute path", "Write for example `unix:///run/redis/redis.sock`.");
  }
  const path = isSocket ? "" : parsed.pathname.replace(/^\//, "");
  if (path !== "" && !DATABASE.test(path)) {
    throw wrong("a Redis URL whose path is a database number", "End it with `/0`, or another number.");
  }
  const database = path || (parsed.searchParams.get("db") ?? "0");
  if (!DATABASE.test(database)) {
    throw wrong("a Redis URL whose `db` is a database number", "End it with `?db=0`, or another number.");
  }
  return {
    url,
    options: { ...placeOf(parsed, scheme), db: Number(database), ...credentialsOf(parsed, text) },
  };
};

/** Undefined also for what cannot be decoded. */
const parsedOrUndefined = (text: string): URL | undefined => {
  try {
    const parsed = new URL(text);
    decodeURIComponent(
      parsed.username + parsed.password + (parsed.protocol === "unix:" ? parsed.pathname : ""),
    );
    return parsed;
  } catch {
    return undefined;
  }
};

const placeOf = ({ pathname, hostname, port }: URL, scheme: string): RedisOptions => {
  if (scheme === "unix") return { path: decodeURIComponent(pathname) };
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1") || "localhost",
    port: port ? Number(port) : 6379,
    ...(scheme === "rediss" ? { tls: {} } : {}),
  };
};

/** What stands alone before the `@` is the password, as for Ruby's redis-client. */
const credentialsOf = ({ username, password }: URL, text: string): RedisOptions => {
  const isUser = password !== "" || /\/\/[^@/]*:@/.test(text);
  if (!isUser) return username ? { password: decodeURIComponent(username) } : {};
  return {
    ...(username ? { username: decodeURIComponent(username) } : {}),
    ...(password ? { password: decodeURIComponent(password) } : {}),
  };
};

/**
 * A URL as it may be shown and logged. Whatever stands before the last `@` may be a password, also in what is no URL,
 * and so may what a query says.
 */
export const withoutPassword = (url: string): string =>
  url
    .replace(/^([a-z][-+.a-z\d]*:\/\/)?.*@/is, "$1***@")
    .replace(/([?&][^=&#]*(?:pass|auth|secret|token)[^=&#]*=)[^&#]*/gi, "$1***");
