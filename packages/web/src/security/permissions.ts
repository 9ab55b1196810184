/** What one user may do, and the reason where it is not allowed. */
import { ACTIONS, reaches } from "./roles.ts";
import type { Action, Role, User } from "./roles.ts";

/** What an action is done to. Empty, it asks whether the user may do it at all: pages show their buttons by that. */
export interface Subject {
  readonly queue?: string;
  readonly class?: string;
  readonly jid?: string;
  /** `retry`, `schedule` or `dead`. */
  readonly set?: string;
  /** Of a process. */
  readonly identity?: string;
  /** Of what a tab shows, such as a cron entry. */
  readonly name?: string;
}

/** Decides beyond the roles; `action` is one of the dashboard's table, or of a tab's. */
export type Authorize = (user: User, action: string, subject: Subject) => boolean | Promise<boolean>;

/** An action that a request was about, and whether it may be done. */
export interface Asked {
  readonly action: string;
  readonly subject: Subject;
  readonly reason: Reason;
}

/** Why an action may not be done, in a sentence for whoever would do it; undefined when it may. */
export type Reason = string | undefined;

/** The rules that hold for every user. */
export interface Rules {
  readonly readOnly: boolean;
  readonly authorize: Authorize | undefined;
}

/** The permissions of one user. */
export class Permissions {
  readonly #user: User;
  readonly #rules: Rules;
  readonly #asked: Asked[] = [];

  constructor(user: User, rules: Rules) {
    this.#user = user;
    this.#rules = rules;
  }

  get user(): User {
    return this.#user;
  }

  /** What was asked for so far that changes something, in its order: what a request was about, for who writes it down. */
  get asked(): readonly Asked[] {
    return this.#asked;
  }

  /** Of an action of the table, to this subject. */
  why(action: Action, subject: Subject = {}): Promise<Reason> {
    return this.whyNeeding(ACTIONS[action], action, subject);
  }

  /** Of an action that is in no table, as those of tabs. */
  async whyNeeding(least: Role, action: string, subject: Subject = {}): Promise<Reason> {
    const reason = await this.#judge(least, action, subject);
    if (least !== "viewer") this.#asked.push({ action, subject, reason });
    return reason;
  }

  async #judge(least: Role, action: string, subject: Subject): Promise<Reason> {
    const { readOnly, authorize } = this.#rules;
    // Whatever needs no more than a viewer changes nothing.
    if (readOnly && least !== "viewer") return "This dashboard is read-only.";
    if (!reaches(this.#user.role, least)) return `Needs the role ${least}.`;
    // From JavaScript anything can come, and nothing else than true lets anybody in.
    const isAllowed: unknown = authorize ? await authorize(this.#user, action, subject) : true;
    return isAllowed === true ? undefined : "You may not do this.";
  }

  /** As `whyNeeding`, for pages: whether a button is there, which is no attempt. */
  whyNot(least: Role, action: string): Promise<Reason> {
    return this.#judge(least, action, {});
  }

  /** Of every action of the table at once, as pages need it. */
  async reasons(): Promise<Readonly<Record<Action, Reason>>> {
    const actions = Object.keys(ACTIONS) as Action[];
    const reasons = await Promise.all(actions.map((action) => this.#judge(ACTIONS[action], action, {})));
    // One for each key of the table.
    return Object.fromEntries(actions.map((action, i) => [action, reasons[i]])) as Record<Action, Reason>;
  }
}
