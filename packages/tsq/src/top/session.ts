/** What goes on between the keys, Redis and the screen. What changes something is `deeds-at-work.ts`'s, signals are `ways-out.ts`'s. */
import type { ApiConnection } from "@tsq/core/api";
import type { Goals } from "@tsq/core/config";
import { isFaultOfOurs } from "../cli/fault.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { utcText } from "../cli/ages.ts";
import { DeedsAtWork } from "./deeds-at-work.ts";
import type { Effect, Turn } from "./effect.ts";
import { frame, roomFor } from "./frame.ts";
import { onKey } from "./on-key.ts";
import { Pace } from "./pace.ts";
import { FindingsKept } from "./read-home.ts";
import { readPlace } from "./read-place.ts";
import type { Kept } from "./read-place.ts";
import { pauseMs } from "./rest.ts";
import type { Screen } from "./screen.ts";
import { firstState, listOf, pictureOf, startBehind, withList, withPicture } from "./state.ts";
import type { TopState } from "./state.ts";

export interface Told {
  readonly api: ApiConnection;
  /** With its password; shown is `redis`. */
  readonly url: string;
  readonly redis: string;
  readonly screen: Screen;
  readonly everyMs: number;
  /** For how long jobs of each queue may wait. */
  readonly goals: Goals;
  readonly suspend: () => void;
  /** Ends the program for an error that nobody has expected. */
  readonly fail: (error: unknown) => void;
}

/** From then on one is told that Redis is slow. */
const SLOW_MS = 2_000;
const TICK_MS = 1_000;
/** A list that is read meanwhile is not drawn empty first. */
const PATIENCE_MS = 150;

export class Session {
  readonly #told: Told;
  readonly #kept: Kept;
  #state: TopState = firstState();
  #next: NodeJS.Timeout | undefined;
  #drawing: NodeJS.Timeout | undefined;
  #tick: NodeJS.Timeout | undefined;
  #readingSinceMs: number | undefined;
  #isWantedAgain = false;
  #isOver = false;
  readonly #worker: DeedsAtWork;
  #end: () => void = () => {};

  constructor(told: Told) {
    this.#told = told;
    const { api, url, goals, fail } = told;
    this.#kept = { pace: new Pace(), findings: new FindingsKept(goals) };
    this.#worker = new DeedsAtWork({
      api,
      url,
      goals,
      fail,
      state: () => this.#state,
      become: (state) => {
        this.#state = state;
        this.#drawSoon();
      },
      read: () => this.#readNow(),
    });
  }

  /** Until somebody quits. */
  async run(): Promise<void> {
    this.#tick = setInterval(() => this.#onTick(), TICK_MS);
    this.draw();
    this.#readNow();
    await new Promise<void>((resolve) => (this.#end = resolve));
  }

  /** Ends it; what is being read is left. */
  quit(): void {
    this.#isOver = true;
    clearInterval(this.#tick);
    clearTimeout(this.#next);
    clearTimeout(this.#drawing);
    this.#end();
  }

  /** Ends work that goes on, before the program ends; undefined where there is none. */
  finish(): Promise<void> | undefined {
    return this.#worker.finish();
  }

  press(key: string): void {
    if (this.#isOver) return;
    this.#take(onKey(this.#state, key, this.#told.screen.size));
  }

  /** The terminal has another size, and may have drawn what it wanted. */
  resized(): void {
    this.#told.screen.forget();
    this.draw();
    this.#readNow();
  }

  draw(): void {
    if (this.#isOver) return;
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    const { screen, redis } = this.#told;
    screen.draw(frame(this.#state, screen.size, { redis, nowMs: Date.now() }));
  }

  #take({ state, effects }: Turn): void {
    this.#state = state;
    for (const effect of effects) this.#do(effect);
    this.#drawSoon();
  }

  /** At once, or in a moment where what is there to be seen comes by then. */
  #drawSoon(): void {
    const isComing = !pictureOf(this.#state) || this.#state.dialog?.kind === "work";
    if (!isComing) this.draw();
    else this.#drawing ??= setTimeout(() => this.draw(), PATIENCE_MS);
  }

  #do(effect: Effect): void {
    switch (effect.do) {
      case "read":
        return this.#readNow();
      case "quit":
        return this.quit();
      case "suspend":
        return this.#told.suspend();
      case "redraw":
        return this.#told.screen.forget();
      case "ask":
        return this.#worker.ask(effect.verb, effect.rows);
      case "begin":
        return this.#worker.begin();
      case "stop":
        return this.#worker.stop();
    }
  }

  #onTick(): void {
    const sinceMs = this.#readingSinceMs;
    const waitedMs = sinceMs === undefined ? 0 : performance.now() - sinceMs;
    if (waitedMs > SLOW_MS)
      this.#state = {
        ...this.#state,
        trouble: `Redis has not answered for ${Math.round(waitedMs / 1_000)} s.${this.#age()}`,
      };
    this.draw();
  }

  #readNow(): void {
    clearTimeout(this.#next);
    this.#read().catch((error: unknown) => this.#told.fail(error));
  }

  async #read(): Promise<void> {
    if (this.#readingSinceMs !== undefined) {
      // One after the other: of a slow Redis nobody asks more.
      this.#isWantedAgain = true;
      return;
    }
    const { api, everyMs, screen } = this.#told;
    const beganMs = performance.now();
    this.#readingSinceMs = beganMs;
    const asked = this.#state;
    let isToGoOn = false;
    let isAway = false;
    try {
      const { picture, totals } = await readPlace(
        api,
        this.#kept,
        asked.place,
        listOf(asked),
        roomFor(screen.size),
      );
      const isStill = isSamePage(asked, this.#state);
      this.#state = withPicture(this.#state, isStill ? picture : { ...picture, of: "" }, totals, Date.now());
      // A piece without anything that is meant: what one looks for is further down.
      isToGoOn = isStill && picture.rows.length === 0 && picture.next !== undefined;
      const behind = startBehind(this.#state);
      if (isToGoOn && behind) {
        const { starts } = listOf(this.#state);
        this.#state = withList(this.#state, { starts: [...starts.slice(0, -1), behind] });
      }
    } catch (error) {
      // It has failed because the connection was closed, and to ask why would open it again.
      if (this.#isOver) return;
      isAway = true;
      this.#state = { ...this.#state, trouble: this.#troubleOf(error) };
    } finally {
      this.#readingSinceMs = undefined;
    }
    if (this.#isOver) return;
    this.draw();
    const isWantedAgain = this.#isWantedAgain;
    this.#isWantedAgain = false;
    const tookMs = isAway ? 0 : performance.now() - beganMs;
    this.#next = setTimeout(() => this.#readNow(), pauseMs(everyMs, { tookMs, isWantedAgain, isToGoOn }));
  }

  /** @throws what is no matter of Redis: a fault of our own must not be told as one */
  #troubleOf(error: unknown): string {
    if (isFaultOfOurs(error)) throw error;
    return terminalText(`${this.#told.api.whyFailed(error as Error)}${this.#age()}`);
  }

  #age(): string {
    const { readAtMs } = this.#state;
    return readAtMs === undefined
      ? ""
      : ` This is of ${utcText(new Date(readAtMs)).slice(11)} UTC; it goes on by itself.`;
  }
}

const isSamePage = (one: TopState, other: TopState): boolean => {
  const [asked, now] = [listOf(one), listOf(other)];
  return (
    one.place === other.place &&
    asked.from === now.from &&
    asked.starts === now.starts &&
    asked.filter === now.filter
  );
};
