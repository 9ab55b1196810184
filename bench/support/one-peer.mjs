/** One peer on one server, measured once: what it pushes, how long a push takes to a handler, what it promotes. */
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "./statistics.mjs";
import { fillSchedule } from "./workload.mjs";

/** Pushes per second, for each way of pushing. */
export const pushAll = async (server, peer, seconds) => {
  await server.empty();
  const client = await peer.boot("enqueue", { redis: server.url, seconds });
  try {
    const before = await server.cpuMicros();
    client.order("go");
    const { cpuMicros, ...rates } = await client.next("done");
    return { ...rates, ownCpuMicros: cpuMicros + (await server.cpuMicros()) - before };
  } finally {
    await client.end();
  }
};

/** Milliseconds from a push of another process to the handler of an idle worker. */
export const probeIdle = async (server, peer, probes) => {
  await server.empty();
  const worker = await peer.boot("listen", { redis: server.url, concurrency: 10, restSeconds: 0 });
  try {
    worker.order("go");
    await worker.next("listening");
    await waysOf(worker, peer, server, Math.ceil(probes / 2));
    const micros = await waysOf(worker, peer, server, probes);
    return { p50: quantile(micros, 0.5) / 1_000, p99: quantile(micros, 0.99) / 1_000 };
  } finally {
    await worker.end();
  }
};

const waysOf = async (worker, peer, server, probes) => {
  const client = await peer.boot("push", { redis: server.url, probes, loadPerSecond: 0, loadMs: 0 });
  client.order("go");
  await client.next("done");
  await client.end();
  worker.order("collect");
  return (await worker.next("latencies")).micros;
};

/** Due jobs per second from the schedule to their queues. */
export const promoteAll = async (server, peer, due) => {
  await server.empty();
  await fillSchedule(server.client, due, Date.now() / 1_000);
  const poller = await peer.boot("promote", { redis: server.url, concurrency: 1 });
  try {
    poller.order("go");
    let startedAt = performance.now();
    for (;;) {
      const left = await server.client.zcard("schedule");
      if (left === due) startedAt = performance.now();
      if (left === 0) return { rate: (due * 1_000) / (performance.now() - startedAt) };
      await sleep(10);
    }
  } finally {
    await poller.end();
  }
};
