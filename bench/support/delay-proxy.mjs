/**
 * A process between clients and Redis that makes every round trip longer: what the server answers waits for `delayMs`,
 * what a client sends passes at once. A process of its own, so that it does not compete with the bench's loop.
 */
import { once } from "node:events";
import { connect, createServer } from "node:net";
import { Worker } from "node:worker_threads";
import { options, say } from "../compare/protocol.mjs";

const { port, delayMs } = options;

/** Milliseconds of the clock that all threads share. */
const nowMs = () => Number(process.hrtime.bigint()) / 1e6;

// Timers count whole milliseconds, and would make of 1 ms anything up to 2. This thread is told a time and sleeps
// until then to within some microseconds.
const ALARM = `
  const { parentPort, workerData } = require("node:worker_threads");
  const armed = new Int32Array(workerData, 0, 1);
  const dueAt = new Float64Array(workerData, 8, 1);
  const never = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    Atomics.wait(armed, 0, 0);
    const left = dueAt[0] - Number(process.hrtime.bigint()) / 1e6;
    if (left > 0) Atomics.wait(never, 0, 0, left);
    Atomics.store(armed, 0, 0);
    parentPort.postMessage(0);
  }`;

const shared = new SharedArrayBuffer(16);
const [armed, alarmAt] = [new Int32Array(shared, 0, 1), new Float64Array(shared, 8, 1)];
const alarm = new Worker(ALARM, { eval: true, workerData: shared });

/** Answers on their way, the oldest first: all wait equally long. */
let waiting = [];

const setAlarm = () => {
  alarmAt[0] = waiting[0].dueAt;
  Atomics.store(armed, 0, 1);
  Atomics.notify(armed, 0);
};

const passOn = () => {
  const now = nowMs();
  const early = waiting.findIndex(({ dueAt }) => dueAt > now);
  const arrived = early < 0 ? waiting : waiting.slice(0, early);
  waiting = early < 0 ? [] : waiting.slice(early);
  for (const { bytes, to } of arrived) if (to.writable) to.write(bytes);
  if (waiting.length > 0) setAlarm();
};
alarm.on("message", passOn);

const server = createServer({ noDelay: true }, (client) => {
  const upstream = connect({ port, host: "127.0.0.1", noDelay: true });
  client.pipe(upstream);
  upstream.on("data", (bytes) => {
    if (delayMs === 0) {
      client.write(bytes);
      return;
    }
    waiting.push({ bytes, to: client, dueAt: nowMs() + delayMs });
    if (waiting.length === 1) setAlarm();
  });
  const sides = [client, upstream];
  for (const [i, side] of sides.entries()) {
    // A reset of one side: `close` follows, and ends the other.
    side.on("error", () => {});
    side.on("close", () => sides[1 - i].destroy());
  }
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
say("booted", { port: server.address().port });
