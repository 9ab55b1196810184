/** What the worker's log hears of the schedule. What stays wrong is told once. */
import { isThenable } from "@tsq/core/protocol";
import type { ExtensionHost } from "@tsq/worker";
import type { Policy } from "../entry/policy.ts";
import { tickMember } from "../entry/times.ts";
import { isForbidden } from "../entry/namespaces.ts";
import type { Namespaces } from "../entry/namespaces.ts";
import { DEFAULT_NAMESPACE, entryPlace } from "../redis/keys.ts";
import type { Fired } from "./firing.ts";
import type { FiredJob, Teller } from "./teller.ts";
import type { MissedReason, MissedTick } from "./missed.ts";

/** An instant of an entry that no process has fired, as `onMissed` is told it. */
export interface MissedInstant {
  /** The name of the entry. */
  readonly entry: string;
  /** That of sidekiq-cron 2.x; empty in 1.x, which has none. */
  readonly namespace: string;
  /** When it should have fired. */
  readonly at: Date;
  /** `nobody` was there, `redis` was away or refused it, the process that had taken it `died` before it pushed, or it was `left` to Ruby, which has not fired it. */
  readonly reason: MissedReason;
  /** Whether it fires now, late. */
  readonly isMadeUp: boolean;
}

const WHAT: Readonly<Record<Fired, string>> = {
  pushed: "Cron entry fired",
  stopped: "Cron entry fired, and a client middleware stopped its job",
  lost: "Another process has fired the cron entry",
  skipped: "Cron entry left out: its last run goes on",
  waits: "Cron entry waits: its last run goes on",
};

const REPAIRED = {
  number:
    "its `last_enqueue_time` was a number, which keeps every cron entry of Ruby from firing. Write a time such as 2030-01-01 09:00:00 +0000 there",
  ahead:
    "its `last_enqueue_time` was to come, and until then it would not have fired. A process whose clock is ahead has fired it: find its line, and set that machine's clock",
} as const;

const MISSED: Readonly<Record<MissedReason, string>> = {
  nobody: "no process looked in time",
  died: "the process that took it has died",
  redis: "processes looked, but Redis was away or refused it",
  left: "its class is none of this process's, and no Ruby process has fired it",
};

const MOST_TOLD = 20;

export class Telling implements Teller {
  readonly #host: Pick<ExtensionHost, "log" | "report">;
  readonly #onMissed: ((missed: MissedInstant) => void) | undefined;
  readonly #namespaces: Pick<Namespaces, "all">;
  readonly #told = new Map<string, Set<string>>();
  /** What an ACL has refused to an entry: others of its queue are refused the same. */
  readonly #refusals = new Set<string>();

  constructor(
    host: Pick<ExtensionHost, "log" | "report">,
    onMissed: ((missed: MissedInstant) => void) | undefined,
    namespaces: Pick<Namespaces, "all">,
  ) {
    this.#host = host;
    this.#namespaces = namespaces;
    this.#onMissed = onMissed;
  }

  failed(key: string, error: unknown): void {
    const text = String(error);
    if (!this.#isNew(key, text)) return;
    const isRefused = isForbidden(error);
    if (isRefused && this.#refusals.has(text))
      return this.#host.log.error(
        this.#of(key),
        `Cron entry does not fire either, for the same reason: ${text}`,
      );
    if (isRefused) this.#refusals.add(text);
    this.#host.report(error, {
      context: `The cron entry \`${this.#nameOf(key)}\`${this.#inNamespace(key)} does not fire`,
    });
  }

  missed(key: string, missed: readonly MissedTick[], policy: Policy): void {
    const { name: entry, namespace } = entryPlace(key, this.#namespaces.all);
    const last = missed.at(-1);
    if (!last) return;
    const ticks = missed.map(({ tickMs }) => tickMember(tickMs));
    const line = `Cron entry missed ${missed.length === 1 ? "an instant" : `${missed.length} instants`}: ${
      MISSED[last.reason]
    }`;
    this.#host.log.warn(
      { ...this.#of(key), first: ticks[0], last: ticks.at(-1), catchUp: policy.catchUp, process: last.by },
      line,
    );
    for (const { tickMs, reason } of this.#onMissed ? missed : []) {
      const isMadeUp = policy.catchUp === "all" || (policy.catchUp === "last" && tickMs === last.tickMs);
      const failed = (error: unknown): void => {
        this.#host.report(error, { context: "`onMissed` of cron() failed" });
      };
      try {
        // An async function is one as well: nobody waits for it, and its rejection must not end the process.
        const told: unknown = this.#onMissed?.({ entry, namespace, at: new Date(tickMs), reason, isMadeUp });
        if (isThenable(told)) Promise.resolve(told).catch(failed);
      } catch (error) {
        failed(error);
      }
    }
  }

  repaired(key: string, was: string, is: string, what: "number" | "ahead"): void {
    this.#host.log.warn({ ...this.#of(key), was, is }, `Repaired a cron entry: ${REPAIRED[what]}`);
  }

  twice(key: string): void {
    if (this.#isNew(key, "twice"))
      this.#host.log.warn(
        this.#of(key),
        "Cron entry is there as one of sidekiq-cron 1.x and as one of 2.x, and tsq fires the one of 1.x. Where Ruby has 1.x alone, load it here too, from a file or by `cron()`: that moves it to 1.x. Where Ruby has both, update all of its processes to one version",
      );
  }

  left(key: string, jobClass: string): void {
    // What is said of it otherwise is another matter.
    if (this.#isNew(`left ${key}`, jobClass))
      this.#host.log.info(
        { ...this.#of(key), class: jobClass },
        "Cron entry is left to Ruby, and to processes of tsq that have its class: this one has not, and cannot tell an ActiveJob from a plain job. Load it with `active_job: true` or `active_job: false` to let tsq fire it",
      );
  }

  fired(key: string, tick: string, what: Fired, job?: FiredJob): void {
    this.#told.delete(key);
    if (what === "lost") return;
    this.#host.log.info({ ...this.#of(key), instant: tick, ...job }, WHAT[what]);
  }

  /** As each line names it. */
  #of(key: string): { readonly entry: string; readonly namespace?: string } {
    const { name, namespace } = entryPlace(key, this.#namespaces.all);
    return { entry: name, ...(isOwn(namespace) && { namespace }) };
  }

  #nameOf(key: string): string {
    return this.#of(key).entry;
  }

  #inNamespace(key: string): string {
    const { namespace } = this.#of(key);
    return namespace === undefined ? "" : ` of the namespace \`${namespace}\``;
  }

  #isNew(key: string, what: string): boolean {
    const told = this.#told.get(key) ?? new Set();
    // Of two that come in turn each is told once. A text that is never the same must not fill the memory.
    if (told.size >= MOST_TOLD) told.clear();
    const isNew = !told.has(what);
    this.#told.set(key, told.add(what));
    return isNew;
  }
}

/** Whether it is one that somebody has chosen: 1.x has none, and in 2.x most have that one. */
const isOwn = (namespace: string): boolean => namespace !== "" && namespace !== DEFAULT_NAMESPACE;
