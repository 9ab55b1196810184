/** The options of `createWeb()`. */
import type { RedisTarget } from "@tsq/core";
import { ApiConnection } from "@tsq/core/api";
import { notAsExpected, readOptions } from "@tsq/core/config";
import type { Kind, Schema, Values } from "@tsq/core/config";

/** What `createWeb()` takes. */
export interface WebOptions {
  /**
   * Where Redis is, as for the data API; or an `ApiConnection`, which brings middleware and death handlers for what the
   * dashboard moves, and is not closed.
   *
   * @default what `configure()` says, else REDIS_PROVIDER, else REDIS_URL, else redis://localhost:6379/0
   */
  redis?: RedisTarget | ApiConnection | undefined;
  /** The path under which the dashboard is mounted, such as `/sidekiq`. Express says it by itself. @default "/" */
  basePath?: string | undefined;
}

const SAFE = /^(?:\/[\w.~-]+)*\/?$/;

/** Without a slash at its end, so that links are it and a path. */
const mountPath = (): Kind<string> => ({
  takes: "path",
  read: (value, place) => {
    if (typeof value === "string" && SAFE.test(value)) return value.replace(/\/$/, "");
    throw notAsExpected(
      place,
      "a path of letters, digits and `-._~`",
      value,
      'Write it with a slash in front: `"/sidekiq"`.',
    );
  },
});

/** A connection, and whether it is the dashboard's to close. */
export interface WebSource {
  readonly api: ApiConnection;
  readonly isOwn: boolean;
}

const source = (): Kind<WebSource> => ({
  takes: "as for the data API, or an `ApiConnection`",
  read: (value) =>
    value instanceof ApiConnection
      ? { api: value, isOwn: false }
      : // The data API refuses what is no Redis.
        { api: new ApiConnection({ redis: value as RedisTarget }), isOwn: true },
});

/** A row for each option of `createWeb()`. */
export const WEB_OPTIONS = {
  redis: {
    ...source(),
    tells: "the server to look at",
    make: () => ({ api: new ApiConnection(), isOwn: true }),
    usual: "see above",
  },
  basePath: { ...mountPath(), tells: "where the dashboard is mounted", fallback: "/" },
} satisfies Schema<WebOptions>;

/** The options as they are used. */
export type WebSettings = Values<typeof WEB_OPTIONS>;

/** @throws ConfigError when an option is unknown, or not what it should be */
export const readWebOptions = (options: WebOptions): WebSettings =>
  readOptions("createWeb()", WEB_OPTIONS, options);
