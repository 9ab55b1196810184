/** What needs a person, now. */
import type { ApiSource } from "../api-connection.ts";
import { ApiObject } from "../api-object.ts";
import { Fleet } from "../processes/fleet.ts";
import type { FleetReading } from "../processes/fleet.ts";
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
   * @param fleet the processes and what they run, of whoever has just read them
   * @throws ConfigError when a limit is unknown or no number above 0
   */
  async read(limits: FindingLimits = {}, fleet?: FleetReading): Promise<readonly Finding[]> {
    return findingsOf(await this.snapshot(new Date(), fleet), limits);
  }

  /** What they are drawn from: `findingsOf()` tells what follows from it. */
  async snapshot(now = new Date(), fleet?: FleetReading): Promise<Snapshot> {
    return readSnapshot(this.api, fleet ?? (await new Fleet(this.api).read()), now);
  }
}
