/** A transport that keeps what it is given, and what it is asked to do. */
import type { Transport, WireGeneration } from "@tsq/core";

export class NotingTransport implements Transport {
  /** As LRANGE shows them, by queue: the last pushed comes first. */
  readonly queues: Record<string, string[]> = {};
  /** As ZRANGE WITHSCORES shows them. */
  readonly scheduled: [payload: string, atSeconds: number][] = [];
  /** The functions that were called, in their order. */
  readonly calls: string[] = [];
  wire: WireGeneration | Promise<WireGeneration>;
  /** The generations that are alive: nobody, unless a test says so. */
  alive: ReadonlySet<number> | Promise<ReadonlySet<number>> = new Set();
  /** What each push waits for. */
  answer: () => Promise<void> = () => Promise.resolve();

  constructor(wire: WireGeneration | Promise<WireGeneration> = 8) {
    this.wire = wire;
  }

  push(queue: string, payload: string): Promise<void> {
    this.calls.push("push");
    return this.#keep(queue, [payload]);
  }

  pushAll(queue: string, payloads: readonly string[]): Promise<void> {
    this.calls.push("pushAll");
    return this.#keep(queue, payloads);
  }

  schedule(atSeconds: number, payload: string): Promise<void> {
    this.calls.push("schedule");
    this.scheduled.push([payload, atSeconds]);
    return this.answer();
  }

  scheduleAll(atSeconds: readonly number[], payloads: readonly string[]): Promise<void> {
    this.calls.push("scheduleAll");
    this.scheduled.push(...payloads.map((payload, i): [string, number] => [payload, atSeconds[i] ?? 0]));
    return this.answer();
  }

  spelling(): WireGeneration | Promise<WireGeneration> {
    this.calls.push("spelling");
    return this.wire;
  }

  generations(): ReadonlySet<number> | Promise<ReadonlySet<number>> {
    return this.alive;
  }

  flush(): void {
    this.calls.push("flush");
  }

  hurry(): void {
    this.calls.push("hurry");
  }

  async close(): Promise<void> {
    this.calls.push("close");
  }

  #keep(queue: string, payloads: readonly string[]): Promise<void> {
    (this.queues[queue] ??= []).unshift(...payloads.toReversed());
    return this.answer();
  }
}
