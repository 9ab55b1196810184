/** What a worker goes through, for those who want to be told (Sidekiq's lifecycle events). */
import { ConfigError } from "@tsq/core";
import { unknownName } from "@tsq/core/protocol";

/**
 * `startup` before the first job is taken · `quiet` when no more are · `shutdown` before the last are waited for ·
 * `exit` at the end · `heartbeat` when Redis first sees the process, also after an outage · `beat` every ten seconds.
 */
export type LifecycleEvent = (typeof EVENTS)[number];

const EVENTS = ["startup", "quiet", "shutdown", "exit", "heartbeat", "beat"] as const;

const SLOW_MS = 10_000;

type Listener = () => unknown;

export class Lifecycle {
  readonly #listeners = new Map<LifecycleEvent, Listener[]>();
  readonly #onError: (error: unknown, event: LifecycleEvent) => void;
  readonly #onSlow: (line: string) => void;
  readonly #slowMs: number;
  readonly #slow = new Set<LifecycleEvent>();

  /** @param onSlow told once of each event, that a listener of it has not ended for `slowMs` */
  constructor(
    onError: (error: unknown, event: LifecycleEvent) => void,
    onSlow: (line: string) => void,
    slowMs = SLOW_MS,
  ) {
    this.#onError = onError;
    this.#onSlow = onSlow;
    this.#slowMs = slowMs;
  }

  /** @throws ConfigError when nothing would ever call the listener, or it cannot be called */
  on(event: LifecycleEvent, listener: Listener): void {
    if (!EVENTS.includes(event)) {
      throw new ConfigError(unknownName("event", "a Worker", event, EVENTS));
    }
    if (typeof listener !== "function") {
      throw new ConfigError(
        `Expected the listener of \`${event}\` to be a function, got \`${String(listener)}\`.`,
      );
    }
    const listeners = this.#listeners.get(event) ?? [];
    listeners.push(listener);
    this.#listeners.set(event, listeners);
  }

  /** Startup in the order given, and its errors stop the start; the way down in reverse, and nothing stops it. */
  async fire(event: LifecycleEvent): Promise<void> {
    const listeners = [...(this.#listeners.get(event) ?? [])];
    if (event === "quiet" || event === "shutdown" || event === "exit") listeners.reverse();
    for (const listener of listeners) {
      // What is waited for keeps the process alive, if anything does.
      const late = setTimeout(() => this.#tellSlow(event), this.#slowMs).unref();
      try {
        await listener();
      } catch (error) {
        if (event === "startup") throw error;
        this.#onError(error, event);
      } finally {
        clearTimeout(late);
      }
    }
  }

  #tellSlow(event: LifecycleEvent): void {
    if (this.#slow.has(event)) return;
    this.#slow.add(event);
    const meanwhile = event === "startup" ? "; the worker takes no job before it does" : "";
    this.#onSlow(
      `A listener of \`${event}\` has not ended for ${this.#slowMs / 1_000} s${meanwhile}. Look for an await that never ends.`,
    );
  }
}
