/** The options of `createWeb()`. */
import type { RedisTarget } from "@tsq/core";
import { ApiConnection } from "@tsq/core/api";
import type { ApiOptions } from "@tsq/core/api";
import {
  boolean,
  FINDING_LIMITS,
  integer,
  isRecord,
  logger,
  notAsExpected,
  oneFunction,
  readOptions,
  seconds,
} from "@tsq/core/config";
import type { Kind, Schema, Values } from "@tsq/core/config";
import type { JobRows } from "./tabs/job-rows.ts";
import type { Auth } from "./security/auth.ts";
import { maskByKeys } from "./security/mask.ts";
import type { Mask } from "./security/mask.ts";
import type { Authorize } from "./security/permissions.ts";
import { tabList } from "./tabs/read-tabs.ts";
import type { Tab } from "./tabs/tab.ts";
import type { Tables } from "./words/languages.ts";
import { localeTables } from "./words/read-locales.ts";

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
  /**
   * Says who sends a request: `{ name, role }` with the role `viewer`, `operator` or `admin`, null for nobody, or a Response of its
   * own. `basicAuth()` and `proxyAuth()` make one. Without it only requests from the machine itself are answered.
   */
  auth?: Auth | undefined;
  /** Decides beyond the role whether a user may do something; anything but true is a no. @default the role alone decides */
  authorize?: Authorize | undefined;
  /** Whether nobody may change anything. @default false */
  readOnly?: boolean | undefined;
  /** Hides parts of arguments and of context (`cattr`). It answers them as they are shown. @default hides values by the names of their keys */
  mask?: Mask | undefined;
  /**
   * The origins by which browsers know the dashboard, where a proxy in front of it changes the host: `["https://ops.example.com"]`.
   *
   * @default []
   */
  origins?: readonly string[] | undefined;
  /** Pages of your own, each with its entry in the navigation and its paths. @default [] */
  tabs?: readonly Tab[] | undefined;
  /**
   * Further phrases by language and key, for pages of your own or in the place of the dashboard's: an object, or the path of a
   * directory of files such as `de.json`, which are read when the dashboard is made.
   *
   * @default {}
   */
  locales?: Tables | string | URL | undefined;
  /** Answers rows to add to the page of a job: `(job) => [{ title: "Tenant", value: "de" }]`. @default none */
  jobRows?: JobRows | undefined;
  /**
   * Seconds that the oldest job of a queue may wait, above 0 up to a year: beyond that the queue is shown as late, and is among
   * what needs a person.
   *
   * @default 300
   */
  goal?: number | undefined;
  /** The same for single queues, by name: `{ mailers: 60, reports: 86_400 }`. @default {} */
  goals?: Readonly<Record<string, number>> | undefined;
  /** How many entries of the audit trail are kept, the newest; 0 writes none. @default 10_000 */
  auditMost?: number | undefined;
  /** For how many days they are kept. @default 180 */
  auditDays?: number | undefined;
  /** Whether the pages that ask before something is done want a reason for the audit trail. @default false */
  requireReason?: boolean | undefined;
  /**
   * How many pages one viewer may ask for in a minute, by name and address; what is expensive counts as several. 0 limits
   * nobody.
   *
   * @default 1_200
   */
  requestsPerMinute?: number | undefined;
  /**
   * Told of errors that a page could not answer for, and of entries of the audit trail that could not be written. That Redis
   * is away, and back, it is told once where the dashboard opens the connection itself, else of each page.
   *
   * @default nobody
   */
  logger?: ApiOptions["logger"];
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
  /** Whether it tells the logger itself when Redis is away: one that was given open does not. */
  readonly tellsOutages: boolean;
}

/** Opened by a dashboard of its own, it tells the dashboard's logger when Redis is away, and back. */
type WebSourceFor = (logger: ApiOptions["logger"]) => WebSource;

const source = (): Kind<WebSourceFor> => ({
  takes: "as for the data API, or an `ApiConnection`",
  // The data API refuses what is no Redis.
  read: (value) =>
    value instanceof ApiConnection
      ? () => ({ api: value, isOwn: false, tellsOutages: false })
      : own(value as RedisTarget),
});

const own =
  (redis?: RedisTarget): WebSourceFor =>
  (logger) => {
    const api = new ApiConnection({ redis, ...(logger && { logger }) });
    return { api, isOwn: true, tellsOutages: api.isOwn };
  };

/** As browsers send them. */
const originList = (): Kind<readonly string[]> => ({
  takes: "array of origins",
  read: (value, place) => {
    if (Array.isArray(value) && value.every(isOrigin)) return value;
    throw notAsExpected(
      place,
      "a list of origins",
      value,
      'Write each without a path: `["https://ops.example.com"]`.',
    );
  },
});

const isOrigin = (value: unknown): value is string => {
  try {
    return typeof value === "string" && new URL(value).origin === value;
  } catch {
    return false;
  }
};

const YEAR_SECONDS = 31_536_000;

const goalSeconds = seconds({ above: 0, to: YEAR_SECONDS, example: FINDING_LIMITS.goal });

const goalsByQueue = (): Kind<Readonly<Record<string, number>>> => ({
  takes: "object of seconds by the names of queues",
  read: (value, place) => {
    if (!isRecord(value)) {
      throw notAsExpected(
        place,
        "an object of seconds by the names of queues",
        value,
        "Write `{ mailers: 60 }`.",
      );
    }
    const goals = Object.entries(value).map(
      ([queue, goal]) =>
        [queue, goalSeconds.read(goal, { ...place, name: `${place.name}.${queue}` })] as const,
    );
    return Object.fromEntries(goals);
  },
});

/** A row for each option of `createWeb()`. */
export const WEB_OPTIONS = {
  redis: {
    ...source(),
    tells: "the server to look at",
    make: () => own(),
    usual: "see above",
  },
  basePath: { ...mountPath(), tells: "where the dashboard is mounted", fallback: "/" },
  auth: {
    ...oneFunction<Auth>("`(request) => { name, role }`, or null for nobody"),
    tells: "who sends a request",
    usual: "this machine alone is answered",
  },
  authorize: {
    ...oneFunction<Authorize>("`(user, action, subject) => boolean`"),
    tells: "whether a user may do something, beyond the role",
    usual: "the role alone decides",
  },
  readOnly: { ...boolean(), tells: "nobody may change anything", fallback: false },
  mask: {
    ...oneFunction<Mask>("`(args, job) => args`"),
    tells: "hides parts of arguments",
    make: () => maskByKeys,
    usual: "values of keys such as `password` and `token` are hidden",
  },
  origins: {
    ...originList(),
    tells: "the origins by which browsers know it behind a proxy that changes the host",
    fallback: [],
  },
  tabs: { ...tabList(), tells: "pages of your own, in the navigation", fallback: [] },
  locales: {
    ...localeTables(),
    tells: "further phrases, for pages of your own or in the place of the dashboard's",
    fallback: {},
  },
  jobRows: {
    ...oneFunction<JobRows>("`(job, visit) => [{ title, value }]`"),
    tells: "adds rows to the page of a job",
    usual: "none",
  },
  goal: {
    ...goalSeconds,
    tells: "for so long the oldest job of a queue may wait",
    fallback: FINDING_LIMITS.goal,
  },
  goals: { ...goalsByQueue(), tells: "the same for single queues", fallback: {} },
  auditMost: {
    ...integer({ from: 0, to: 1_000_000, example: 10_000 }),
    tells: "so many entries of the audit trail are kept, the newest; 0 writes none",
    fallback: 10_000,
  },
  auditDays: {
    ...integer({ from: 1, to: 3_650, example: 180 }),
    tells: "for so many days",
    fallback: 180,
  },
  requireReason: {
    ...boolean(),
    tells: "the pages that ask before something is done want a reason",
    fallback: false,
  },
  requestsPerMinute: {
    ...integer({ from: 0, to: 1_000_000, example: 1_200 }),
    tells: "so many pages one viewer may ask for in a minute; 0 limits nobody",
    fallback: 1_200,
  },
  logger: { ...logger(), tells: "told of errors that a page could not answer for", usual: "nobody is told" },
} satisfies Schema<WebOptions>;

/** The options as they are used. */
export type WebSettings = Omit<Values<typeof WEB_OPTIONS>, "redis"> & { readonly redis: WebSource };

/** @throws ConfigError when an option is unknown, or not what it should be */
export const readWebOptions = (options: WebOptions): WebSettings => {
  const settings = readOptions("createWeb()", WEB_OPTIONS, options);
  return { ...settings, redis: settings.redis(settings.logger) };
};
