/**
 * A tsq worker as a process of its own, for faults that are real: kill -9, SIGSTOP, SIGTERM. It runs the built
 * packages, as users do.
 */
import { Worker } from "@tsq/worker";
import { pino } from "pino";
import { chaosJob } from "./chaos-job.mjs";

const { file, log, isHolding, ...options } = JSON.parse(process.env.CHAOS_WORKER ?? "{}");
// Nobody is left to stop it.
process.once("disconnect", () => process.exit(1));

// Up to ten seconds of chance lie between attempts, and five before the first look at what is due: tests hurry.
const random = Math.random;
Math.random = () => random() * 0.09;

const worker = new Worker({
  ...options,
  jobs: [chaosJob({ file, isHolding })],
  ...(log === undefined ? { logger: pino({ level: "silent" }) } : {}),
});
process.on("SIGTERM", () => void worker.stop().then(() => process.exit(0)));
process.on("SIGTSTP", () => void worker.quiet());
process.send?.({ identity: worker.identity });
await worker.start();
process.send?.({ isUp: true });
