/** When processes were back after Redis had been away: what a run did meanwhile is not written sooner. */
import type { HistoryEvent } from "./history.ts";

type Outage = Extract<HistoryEvent, { kind: "outage" }>;

export class Returns {
  readonly #outages: readonly Outage[];
  /** When each process began something, in order. */
  readonly #starts = new Map<number, number[]>();

  /** @param events in the order of their times */
  constructor(events: readonly HistoryEvent[]) {
    this.#outages = events.filter((event) => event.kind === "outage");
    for (const event of events) {
      if (event.kind !== "start") continue;
      const ofProcess = this.#starts.get(event.pid);
      if (ofProcess) ofProcess.push(event.at);
      else this.#starts.set(event.pid, [event.at]);
    }
  }

  /** When Redis may have heard at the latest of what a process did at that time: at once, or when the process was back. */
  heardAt(pid: number, at: number): number {
    for (const outage of this.#outages) {
      const backAt = this.#backAt(pid, outage);
      if (outage.at <= at && at < backAt) return backAt;
    }
    return at;
  }

  /** A process begins nothing before it is back; one that began nothing any more may not have been back at all. */
  #backAt(pid: number, { until }: Outage): number {
    return this.#starts.get(pid)?.find((start) => start > until) ?? Number.POSITIVE_INFINITY;
  }
}
