/** What a job counts that is another's: a stop may find it here once more. */
import { ShutdownError } from "@tsq/core";
import type { Payload } from "@tsq/core";
import { pino } from "pino";
import { expect, test } from "vitest";
import { Conclusion, Metrics, RunningJob } from "../support/inside-worker.ts";
import type { UnitOfWork } from "../support/inside-worker.ts";

const log = pino({ enabled: false });

test.each<["lost" | "handedBack", number]>([
  ["lost", 0],
  ["handedBack", 1],
])("a job that is %s and then found by a stop counts as %i processed", (kind, processed) => {
  const metrics = new Metrics();
  // Of its parts no more is there than what giving away asks for.
  const policy = { maxRetries: 25 };
  const hooks = { deathHandlers: [], backtraceCleaner: undefined, hookTimeoutMs: 1_000 };
  const options = { metrics, log, policy, wire: () => 8, ...hooks };
  const conclusion = new Conclusion(options as unknown as ConstructorParameters<typeof Conclusion>[0]);
  const payload: Payload = { class: "HardJob", args: [], queue: "default", jid: "1" };
  const unit = { queue: "default", text: JSON.stringify(payload) } as UnitOfWork;
  const host = { log, isInterrupted: true, client: () => undefined as never, report: () => {} };
  const job = new RunningJob(unit, payload, undefined, host, Date.now());
  const reason = new ShutdownError("The worker stops");

  conclusion.giveAway(job, { kind }, reason);
  conclusion.giveAway(job, { kind: "handedBack" }, reason);

  expect(metrics.take().processed).toBe(processed);
});
