/** A page that others bring to the dashboard, with its entry in the navigation and its own paths below it. */
import type { ApiConnection } from "@tsq/core/api";
import type { JobRows } from "./job-rows.ts";
import type { Routed } from "../request/router.ts";
import type { Subject } from "../security/permissions.ts";
import type { Role } from "../security/roles.ts";
import type { Phrase } from "../words/phrase.ts";
import type { TabVisit } from "./tab-visit.ts";

/**
 * A page of your own in the dashboard, and those below it.
 *
 * @example
 * createWeb({ tabs: [{ name: "billing", path: "/billing", routes: [{ method: "GET", path: "/", answer }] }] });
 */
export interface Tab {
  /** Lowercase letters, digits and `-`; once in a dashboard. Its actions begin with it: `billing.refund`. */
  readonly name: string;
  /** Within the dashboard, such as `/billing`; every path of the tab is below it. */
  readonly path: string;
  /** What stands in the navigation, or the key of a phrase that does. @default its name */
  readonly label?: string | undefined;
  /** What answers below its path. @default none: the tab is a link */
  readonly routes?: readonly TabRoute[] | undefined;
  /** What can be done on its pages, with the least role that may. Within `readOnly` nothing beyond `viewer` is done. @default none */
  readonly actions?: Readonly<Record<string, Role>> | undefined;
  /**
   * The number beside its label; asked for at most every five seconds. Left out when it answers undefined or fails. No page waits for
   * it for longer than a quarter of a second: until it answers, the number of before is shown, for a minute at most.
   */
  readonly count?: ((api: ApiConnection) => number | undefined | Promise<number | undefined>) | undefined;
  /**
   * Its phrases for `words.t()`, by language and key, or the path of a directory with a file for each language, `de.json`.
   * English is said where a language lacks one. @default none
   */
  readonly words?: PhraseTables | string | URL | undefined;
  /** Adds rows to the page of a job, before those of the option `jobRows`. What the job has is not masked. @default none */
  readonly jobRows?: JobRows | undefined;
}

/** Phrases by language (a tag of BCP 47 such as `pt-BR`) and key. */
export type PhraseTables = Readonly<Record<string, Readonly<Record<string, Phrase>>>>;

/** A path of a tab, and what answers it. */
export interface TabRoute extends Routed {
  /** Below the tab's path: `/` or `/:name`. A `:name` takes one segment, whatever stands there. */
  readonly path: string;
  /** The tab's action that it is; a `POST` must name one. @default looking, which every user may */
  readonly action?: string | undefined;
  /** What it is done to, by what stands in the path; `authorize` is told. */
  readonly subject?: ((params: Readonly<Record<string, string>>) => Subject) | undefined;
  readonly answer: (visit: TabVisit) => Promise<Response> | Response;
}
