/** What needs a person, now. */
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import type { Finding, FindingLimits } from "./finding.ts";
import { readSnapshot } from "./read-snapshot.ts";
import { findingsOf } from "./rules.ts";
import type { Snapshot } from "./snapshot.ts";

/**
 * What needs a person: queues that nobody serves or that wait too long, classes that nobody can run, deaths and errors that
 * grow, retries all at once, processes that are silent or stuck, jobs that run beyond their usual, and a Redis that may lose jobs.
 *
 * @example
 * for (const { level, cause, where } of await new Findings({ redis }).read({ goals: { mailers: 60 } })) console.log(level, cause, where);
 */
export class Findings extends ApiObject {
  constructor(source: ApiSource = {}) {
    super(source);
  }

  /**
   * The findings, the most urgent first; none when all is well.
   *
   * @throws ConfigError when a limit is unknown or no number above 0
   */
  async read(limits: FindingLimits = {}): Promise<readonly Finding[]> {
    return findingsOf(await this.snapshot(), limits);
  }

  /** What they are drawn from, in two round trips: `findingsOf()` tells what follows from it. */
  snapshot(now = new Date()): Promise<Snapshot> {
    return readSnapshot(this.api, now);
  }
}
