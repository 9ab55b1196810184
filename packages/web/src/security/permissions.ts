/** What one user may do, and the reason where it is not allowed. */
import { Words } from "../words/words.ts";
import { ACTIONS, reaches } from "./roles.ts";
import type { Action, Role, User } from "./roles.ts";

/** What an action is done to. Empty, it asks whether the user may do it at all: pages show their buttons by that. */
export interface Subject {
  readonly queue?: string;
  /** The class that runs, of a wrapper of ActiveJob the one inside: never the label `display_class`, which is the pusher's. */
  readonly class?: string;
  readonly jid?: string;
  /** `retry`, `schedule` or `dead`. */
  readonly set?: string;
  /** Of a process. */
  readonly identity?: string;
  /** Of what a tab shows, such as a cron entry. */
  readonly name?: string;
}

/** A job, of which two classes may be those that run: it is asked for as each of them. */
export interface JobSubject extends Subject {
  /** The one that Ruby runs, where a wrapper of ActiveJob names two. */
  readonly otherClass?: string;
}

/** Decides beyond the roles; `action` is one of the dashboard's table, or of a tab's. */
export type Authorize = (user: User, action: string, subject: Subject) => boolean | Promise<boolean>;

/** An action that a request was about, and whether it may be done. */
export interface Asked {
  readonly action: string;
  readonly subject: Subject;
  /** In English, whatever the user reads: the trail is in one language. */
  readonly reason: Reason;
}

const ENGLISH = new Words();

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
  readonly #words: Words;
  readonly #asked: Asked[] = [];

  /** @param words in which reasons are said */
  constructor(user: User, rules: Rules, words: Words = ENGLISH) {
    this.#user = user;
    this.#rules = rules;
    this.#words = words;
  }

  get user(): User {
    return this.#user;
  }

  /** What was asked for so far that changes something, in its order: what a request was about, for who writes it down. */
  get asked(): readonly Asked[] {
    return this.#asked;
  }

  /** Of an action of the table, to this subject. */
  why(action: Action, subject: JobSubject = {}): Promise<Reason> {
    return this.whyNeeding(ACTIONS[action], action, subject);
  }

  /** Of an action that is in no table, as those of tabs. */
  async whyNeeding(least: Role, action: string, subject: JobSubject = {}): Promise<Reason> {
    const refusal = await this.#judge(least, action, subject);
    if (least !== "viewer") this.#asked.push({ action, subject, reason: saidIn(ENGLISH, refusal, least) });
    return saidIn(this.#words, refusal, least);
  }

  async #judge(
    least: Role,
    action: string,
    { otherClass, ...subject }: JobSubject,
  ): Promise<Refusal | undefined> {
    const { authorize } = this.#rules;
    const why = this.#judgeRole(least);
    if (why !== undefined || !authorize) return why;
    const both = otherClass === undefined ? [subject] : [subject, { ...subject, class: otherClass }];
    for (const one of both) {
      // From JavaScript anything can come, and nothing else than true lets anybody in.
      const isAllowed: unknown = await authorize(this.#user, action, one);
      if (isAllowed !== true) return "refuse.rule";
    }
    return undefined;
  }

  #judgeRole(least: Role): Refusal | undefined {
    // Whatever needs no more than a viewer changes nothing.
    if (this.#rules.readOnly && least !== "viewer") return "refuse.read_only";
    return reaches(this.#user.role, least) ? undefined : "refuse.role";
  }

  /** Whether `authorize` decides beyond the roles: only then is there anything to ask for each job. */
  get isSelective(): boolean {
    return this.#rules.authorize !== undefined;
  }

  /** Why the role or `readOnly` stands against it, whatever it is done to: known before anything is read. */
  whyRole(action: Action, subject: Subject = {}): Reason {
    const least = ACTIONS[action];
    const refusal = this.#judgeRole(least);
    if (refusal) this.#asked.push({ action, subject, reason: saidIn(ENGLISH, refusal, least) });
    return saidIn(this.#words, refusal, least);
  }

  /** Of one of many jobs, which is left alone where it may not be done: no attempt, and written down by nobody. */
  async allows(action: Action, subject: JobSubject): Promise<boolean> {
    return (await this.#judge(ACTIONS[action], action, subject)) === undefined;
  }

  /** Of all that a page shows, asked at once. None where `authorize` is not given: then nothing has to be asked. */
  async whyEach(action: Action, subjects: readonly JobSubject[]): Promise<readonly Reason[]> {
    return this.isSelective ? this.whyEachNeeding(ACTIONS[action], action, subjects) : [];
  }

  /** As `whyNeeding` of each, asked at once: of many that are left alone where it may not be done, which is no attempt. */
  async whyEachNeeding(
    least: Role,
    action: string,
    subjects: readonly JobSubject[],
  ): Promise<readonly Reason[]> {
    const judged = await Promise.all(subjects.map((subject) => this.#judge(least, action, subject)));
    return judged.map((refusal) => saidIn(this.#words, refusal, least));
  }

  /** Why that may not be looked at of which `authorize` cannot be asked, where it decides. */
  get whyUntold(): Reason {
    return saidIn(this.#words, this.isSelective ? "refuse.rule" : undefined, "viewer");
  }

  /** As `whyNeeding`, for pages: whether a button is there, which is no attempt. */
  async whyNot(least: Role, action: string): Promise<Reason> {
    return saidIn(this.#words, await this.#judge(least, action, {}), least);
  }

  /** Of every action of the table at once, as pages need it. */
  async reasons(): Promise<Readonly<Record<Action, Reason>>> {
    const actions = Object.keys(ACTIONS) as Action[];
    const reasons = await Promise.all(actions.map((action) => this.whyNot(ACTIONS[action], action)));
    // One for each key of the table.
    return Object.fromEntries(actions.map((action, i) => [action, reasons[i]])) as Record<Action, Reason>;
  }
}

type Refusal = "refuse.read_only" | "refuse.role" | "refuse.rule";

const saidIn = (words: Words, refusal: Refusal | undefined, least: Role): Reason =>
  refusal && words.text(refusal, { role: words.text(`role.${least}`) });
