/** A worker whose job of ActiveJob kills its own process, at the step of `retryOn` that it is told to. */
import { Worker } from "@tsq/worker";
import { defineActiveJob } from "@tsq/active-job";
import { pino } from "pino";

const { redis, dies } = JSON.parse(process.env.KILLED_WORKER ?? "{}");
// Nobody is left to stop it.
process.once("disconnect", () => process.exit(1));

const die = () => {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => {});
};

const job = defineActiveJob(
  "KilledJob",
  { retryOn: [{ error: RangeError, wait: 0, attempts: 5 }], [dies]: die },
  async ({ jid, jobId, executions }, n) => {
    // Before anything else happens: what has run is known, whatever comes after.
    await new Promise((resolve) => process.send({ jid, jobId, executions, n }, resolve));
    throw new RangeError("again");
  },
);

const worker = new Worker({ redis, jobs: [job], concurrency: 1, logger: pino({ level: "silent" }) });
await worker.start();
