/** What a page is given beside its own data: who looks, from where, in which words, and what is around the page. */
import type { Html } from "../html/html.ts";
import type { AnyAction, Role, User } from "../security/roles.ts";
import type { Language } from "../words/languages.ts";
import type { Words } from "../words/words.ts";

/** Which colours: those of the machine, or one of the two. */
export type Theme = "system" | "light" | "dark";

/** The counts beside the entries of the navigation. */
export interface Counts {
  readonly busy: number;
  readonly enqueued: number;
  readonly retries: number;
  readonly scheduled: number;
  readonly dead: number;
}

/** A page that others bring. */
export interface TabLink {
  readonly label: Html | string;
  /** Within the dashboard, such as `/cron`. */
  readonly path: string;
  /** Shown beside the label. */
  readonly count?: number | undefined;
}

/** Where the box at the top leads, and what stands in it. */
export interface SearchBox {
  readonly path: string;
  readonly text: string;
}

/** What is around a page. */
export interface Frame {
  /** Where a path of the dashboard is, below whatever the dashboard is mounted at. Every link and form goes through it. */
  readonly to: (path: string) => string;
  /** Addresses of the assets by name: `app.css`, `app.js`, `icon.svg`. */
  readonly assets: Readonly<Record<string, string>>;
  /** Undefined while Redis is away. */
  readonly counts: Counts | undefined;
  /** Entries of the navigation where a person is needed, by their paths; they are shown in red. */
  readonly hot?: readonly string[] | undefined;
  readonly user: User | undefined;
  /** The page's own path within the dashboard, without its query. */
  readonly path: string;
  readonly theme: Theme;
  readonly words: Words;
  /** Those that one may choose from. */
  readonly languages?: readonly Language[] | undefined;
  /** Where the browser's own time zone was chosen: the name that its script has told, empty as long as it has not. */
  readonly autoZone?: string | undefined;
  /** Goes with every form, in the field of `TOKEN_FIELD`. */
  readonly csrf: string;
  readonly isReadOnly: boolean;
  /** Whether it is a Redis that only follows another, and takes no changes. */
  readonly isReplica?: boolean | undefined;
  /** Whether a question wants a reason. */
  readonly needsReason?: boolean | undefined;
  /** Whether the user may do it here and now: false for everything that changes something while `isReadOnly`. */
  readonly may: (action: AnyAction) => boolean;
  /** The least roles of actions that the page's tab brings. */
  readonly roles?: Readonly<Record<string, Role>> | undefined;
  readonly tabs: readonly TabLink[];
  readonly nowMs: number;
  /** Of tsq. */
  readonly version: string;
  /** The server that is looked at, without credentials: `redis-jobs:6379/0`. */
  readonly server?: string | undefined;
  /** Shown beside the name: `production`. */
  readonly environment?: string | undefined;
  /** What the last form did; it is said once. */
  readonly flash?: Html | undefined;
  /** Absent where nothing can be searched. */
  readonly search?: SearchBox | undefined;
}

/** A page, to be laid out. */
export interface Page {
  /** In the browser's title. */
  readonly title: Html | string;
  /** The answer that the page gives, as its heading. */
  readonly heading: Html | string;
  /** One or two sentences below the heading. */
  readonly lead?: Html | undefined;
  /** The way back up, above the heading. */
  readonly crumb?: Html | undefined;
  /** What stands beside the heading: actions, or a choice. */
  readonly aside?: Html | undefined;
  readonly body: Html;
  /** The entry of the navigation that the page belongs to, if that is not the one with its path. */
  readonly here?: string | undefined;
  /** Whether the numbers of the page move by themselves. @default true */
  readonly isLive?: boolean | undefined;
  /** In how many seconds a browser without the script asks again. @default never */
  readonly refreshSeconds?: number | undefined;
  /** Whether it stands alone: no navigation, since nothing is behind it. @default false */
  readonly isAlone?: boolean | undefined;
}
