/** A request as the pages of a tab see it. */
import type { ApiConnection } from "@tsq/core/api";
import { answerPage } from "../frame-of.ts";
import { visibleSentence } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { maskedArgs } from "../security/mask.ts";
import type { MaskedJob } from "../security/mask.ts";
import type { Reason, Subject } from "../security/permissions.ts";
import type { Role, User } from "../security/roles.ts";
import type { Visit } from "../visit.ts";
import type { Words } from "../words/words.ts";

/** What a visit knows of its tab. */
export interface VisitedTab {
  readonly name: string;
  readonly path: string;
  readonly actions?: Readonly<Record<string, Role>> | undefined;
}

/** One request to a page of a tab. Whoever sent it has been let in, and a form is one of the dashboard's own. */
export class TabVisit {
  readonly #visit: Visit;
  readonly #tab: VisitedTab;

  /** @internal */
  constructor(visit: Visit, tab: VisitedTab) {
    this.#visit = visit;
    this.#tab = tab;
  }

  /** As it came. */
  get request(): Request {
    return this.#visit.request;
  }
  /** What stood in the path in the places of names. */
  get params(): Readonly<Record<string, string>> {
    return this.#visit.params;
  }
  /** Of its address, what stands behind the question mark. */
  get query(): URLSearchParams {
    return this.#visit.query;
  }
  /** The fields of a form that was sent. */
  get form(): URLSearchParams {
    return this.#visit.form;
  }
  /** Who sent it. */
  get user(): User {
    return this.#visit.user;
  }
  /** The connection of the dashboard, for the classes of the data API. */
  get api(): ApiConnection {
    return this.#visit.api;
  }
  /** What is said, in the language of whoever looks. */
  get words(): Words {
    return this.#visit.words;
  }

  /** Arguments as they may be shown to whoever looks: what the option `mask` hides is hidden. */
  mask(args: readonly unknown[], job: Omit<MaskedJob, "user">): readonly unknown[] {
    return maskedArgs(this.#visit.services.mask, args, { ...job, user: this.user });
  }

  /** Where a path of the dashboard is, below whatever it is mounted at. */
  to(path: string): string {
    return this.#visit.to(path);
  }

  /** A page in the dashboard's frame. */
  page(pageOf: (frame: Frame) => Page): Promise<Response> {
    const { path } = this.#tab;
    return answerPage(this.#visit, (frame) => ({ here: path, ...pageOf(frame) }), rolesOf(this.#tab));
  }

  /** Leads to a path of the dashboard, whose page then says what was done. */
  done(path: string, said?: string): Response {
    return this.#visit.done(path, said === undefined ? undefined : visibleSentence(said));
  }

  /** To how many things an action was done, for the audit trail; as many as were asked for where nobody says. */
  counts(count: number): void {
    this.#visit.counts(count);
  }

  /** The path of the dashboard that the request came from, with its query; never one elsewhere. */
  cameFrom(otherwise: string): string {
    return this.#visit.cameFrom(otherwise);
  }

  /**
   * Why the user may not do an action of the tab to something, as a sentence; undefined when it may be done. The action of
   * the route has been asked for already.
   */
  why(action: string, subject: Subject = {}): Promise<Reason> {
    const [full, least] = accessOf(this.#tab, action);
    return this.#visit.permissions.whyNeeding(least, full, subject);
  }

  /**
   * Which of these the user may do an action of the tab to: for what is done to many, where those of a no are left alone. No
   * attempt, so that the audit trail has none of them.
   */
  async allowed<T>(
    action: string,
    things: readonly T[],
    subjectOf: (thing: T) => Subject,
  ): Promise<readonly T[]> {
    const [full, least] = accessOf(this.#tab, action);
    const reasons = await this.#visit.permissions.whyEachNeeding(least, full, things.map(subjectOf));
    return things.filter((_, i) => reasons[i] === undefined);
  }

  /**
   * Which of these the user may look at, as `authorize` says for the action `look`: all where there is none. What may not be
   * looked at is best not there at all.
   */
  async seen<T>(things: readonly T[], subjectOf: (thing: T) => Subject): Promise<readonly T[]> {
    const hidden = await this.#visit.permissions.whyEach("look", things.map(subjectOf));
    return things.filter((_, i) => hidden[i] === undefined);
  }
}

/** The whole name of an action of a tab, and the least role that may do it; what no table has, only an admin may. */
export const accessOf = (tab: VisitedTab, action: string): readonly [full: string, least: Role] => [
  `${tab.name}.${action}`,
  tab.actions?.[action] ?? "admin",
];

/** The roles of a tab's actions by their whole names. */
const rolesOf = (tab: VisitedTab): Readonly<Record<string, Role>> =>
  Object.fromEntries(Object.keys(tab.actions ?? {}).map((action) => accessOf(tab, action)));
