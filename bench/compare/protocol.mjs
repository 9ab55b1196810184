/** A Node peer's side of its talk with the bench; support/peer.mjs is the other, and says how they talk. */
import { writeSync } from "node:fs";
import { createInterface } from "node:readline";

export const [mode, options] = [process.argv[2], JSON.parse(process.argv[3] ?? "{}")];

const RESULTS = 3;

export const say = (event, fields = {}) => {
  writeSync(RESULTS, `${JSON.stringify({ event, ...fields })}\n`);
};

/** Microseconds of the clock that all processes of a machine share, Ruby's CLOCK_MONOTONIC: latencies need no NTP. */
export const nowMicros = () => Number(process.hrtime.bigint() / 1_000n);

const cpuMicros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

let bootMicros = 0;
const heard = [];
let hear = (word) => heard.push(word);
createInterface({ input: process.stdin })
  .on("line", (word) => hear(word))
  .on("close", () => {
    say("ended", { cpuMicros: cpuMicros() - bootMicros });
    process.exit(0);
  });

/** Resolves with the bench's next word. */
export const order = () =>
  new Promise((resolve) => {
    const early = heard.shift();
    if (early !== undefined) resolve(early);
    else {
      hear = (word) => {
        hear = (later) => heard.push(later);
        resolve(word);
      };
    }
  });

/** Says that everything is loaded and connected, and resolves when the bench says go. */
export const ready = async () => {
  bootMicros = cpuMicros();
  say("booted");
  await order();
};

/** Runs what the bench asked for; a peer need not know every mode. */
export const answer = (modes) => {
  const run = modes[mode];
  if (!run) throw new Error(`Expected one of the modes ${Object.keys(modes).join(", ")}, got \`${mode}\`.`);
  return run();
};
