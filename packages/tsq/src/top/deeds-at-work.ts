/** A deed from its key to what is said of it: counted, asked about, carried out, ended. One at a time. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ApiConnection } from "@tsq/core/api";
import type { Goals } from "@tsq/core/config";
import { isFaultOfOurs } from "../cli/fault.ts";
import { problemOf } from "../cli/or-unusable.ts";
import type { Work } from "../cli/progress.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { writeAudit } from "../jobs/audit.ts";
import type { Verb } from "./key-list.ts";
import type { Hands } from "../jobs/hands.ts";
import type { AtOnce } from "./deed.ts";
import { deedOf } from "./deeds.ts";
import type { Row } from "./picture.ts";
import { listOf, withList } from "./state.ts";
import type { TopState } from "./state.ts";

interface Around {
  readonly api: ApiConnection;
  readonly url: string;
  /** For how long jobs of each queue may wait. */
  readonly goals: Goals;
  readonly state: () => TopState;
  readonly become: (state: TopState) => void;
  readonly read: () => void;
  readonly fail: (error: unknown) => void;
}

/** What was done only in part stands nowhere else: the next key, or an outage that is told of in its place, must not take it away. */
export const ended = (
  state: TopState,
  text: string,
  { isWrong, isBegun }: { readonly isWrong: boolean; readonly isBegun: boolean },
): TopState =>
  isWrong && isBegun
    ? { ...state, dialog: { kind: "told", text }, said: "", isWrong: false }
    : { ...state, dialog: undefined, said: text, isWrong };

/** What was ticked is done with; or else the job that was opened, unless it still runs: ticks are not meant there. */
export const left = (state: TopState): TopState => {
  const { job, ...place } = state.place;
  if (!job) return withList(state, { ticks: new Map() });
  return job.place === "running" ? state : { ...state, place, scroll: 0 };
};

/** Whoever ends the program waits so long for the jobs under way, and for the audit trail. */
const LONGEST_END_MS = 3_000;

export class DeedsAtWork {
  readonly #around: Around;
  #asked: AtOnce | undefined;
  #ending: AbortController | undefined;
  #underWay: Promise<void> | undefined;
  /** Of what is done now, whichever part of it has begun: hands that were given for a question carry out what it was about. */
  #warnings: string[] = [];

  constructor(around: Around) {
    this.#around = around;
  }

  ask(verb: Verb, rows: readonly Row[] | "all"): void {
    const { state, become } = this.#around;
    const { place } = state();
    const { filter } = listOf(state());
    this.#work("Counting", 0, async (work, hands) => {
      const deed = await deedOf(hands, verb, rows, { place, filter }, work);
      if ("said" in deed) return deed.said;
      this.#asked = deed;
      if (!("question" in deed)) {
        this.begin();
        return undefined;
      }
      const { question, about, typed } = deed;
      become({
        ...state(),
        dialog: { kind: "question", question: terminalText(question), about, typed, text: "" },
      });
      return undefined;
    });
  }

  begin(): void {
    const asked = this.#asked;
    this.#asked = undefined;
    if (!asked) return;
    this.#work(asked.doing, asked.total, async (work) => {
      const said = await asked.begin(work);
      const { state, become } = this.#around;
      become(left(state()));
      return said;
    });
  }

  stop(): void {
    this.#ending?.abort();
  }

  /**
   * Ends what goes on.
   *
   * @returns resolves when what was done by then is written down, or cannot be in a moment; undefined where nothing was begun
   */
  finish(): Promise<void> | undefined {
    if (!this.#underWay) return undefined;
    this.stop();
    return Promise.race([this.#underWay, sleep(LONGEST_END_MS)]);
  }

  #work(label: string, total: number, run: (work: Work, hands: Hands) => Promise<string | undefined>): void {
    const { api, url, goals, state, become, read, fail } = this.#around;
    const ending = new AbortController();
    this.#ending = ending;
    this.#warnings = [];
    const told = (error: unknown): string => problemOf(error, url);
    const teller = {
      warn: (what: string, why: string) => void this.#warnings.push(`${what}: ${why}`),
      problemOf: told,
    };
    const hands: Hands = { api, goals, problemOf: told, write: (done) => writeAudit(api, done, teller) };
    const tell = (done: number, of = total): void => {
      const { dialog } = state();
      if (dialog?.kind === "work") become({ ...state(), dialog: { ...dialog, done, total: of } });
    };
    become({ ...state(), dialog: { kind: "work", label, done: 0, total, isStopping: false } });
    const finished = (said: string, isWrong: boolean): void => {
      const warnings = this.#warnings;
      const text = [said, ...warnings].join(" ");
      become(ended(state(), text, { isWrong: isWrong || warnings.length > 0, isBegun: total > 0 }));
      read();
    };
    const underWay = run({ signal: ending.signal, tell }, hands)
      .then((said) => {
        if (said !== undefined) finished(said, false);
      })
      .catch((error: unknown) => {
        if (ending.signal.aborted && total === 0) return finished("Nothing was done.", false);
        if (isFaultOfOurs(error)) return fail(error);
        finished(terminalText(problemOf(error, url)), true);
      })
      .catch(fail)
      .finally(() => {
        // What was counted may be under way by now.
        if (this.#underWay === underWay) this.#underWay = undefined;
      });
    this.#underWay = total > 0 ? underWay : undefined;
  }
}
