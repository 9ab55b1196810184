/** The job of every chaos run: it writes down the start and the end of each of its runs before the next step. */
import { openSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "@tsq/core";

// Not performance.now(), which starts anew in each process.
const monotonicMs = () => Number(process.hrtime.bigint() / 1_000n) / 1_000;

const FOR_EVER_MS = 2 ** 31 - 1;

const STYLES = {
  /** Ends when its signal says so. */
  polite: (ms, signal) => sleep(ms, undefined, { signal }),
  /** Ends when it is done. */
  deaf: (ms) => sleep(ms),
  /** Holds the event loop, and costs no processor. */
  blocking: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  /** Where jobs are to be held, until its signal says so; elsewhere it is short. */
  held: (ms, signal, isHolding) => sleep(isHolding ? FOR_EVER_MS : ms, undefined, { signal }),
};

/** @param options `file` to append to, `pid` to sign with, whether jobs of style `held` are held */
export const chaosJob = ({ file, pid = process.pid, isHolding = false }) => {
  const history = openSync(file, "a");
  const note = (event) => writeSync(history, `${JSON.stringify({ ...event, at: monotonicMs() })}\n`);
  let runs = 0;

  return defineJob("ChaosJob", { retryIn: () => 1 }, async (job, n, ms, fails, style = "polite") => {
    const run = `${pid}:${++runs}`;
    note({ kind: "start", n, id: job.jid, attempt: job.attempt, pid, run });
    try {
      if (ms > 0) await STYLES[style](ms, job.signal, isHolding);
    } catch (error) {
      note({ kind: "end", n, run, how: "aborted" });
      throw error;
    }
    const hasFailed = job.attempt <= fails;
    note({ kind: "end", n, run, how: hasFailed ? "failed" : "done" });
    if (hasFailed) throw new Error(`Attempt ${job.attempt} fails, as planned`);
  });
};
