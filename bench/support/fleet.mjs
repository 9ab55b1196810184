/** Several worker processes at the same jobs, on one Redis or on several: from the first start to the last job. */
import { cpus } from "node:os";
import { withNoise } from "./rounds.mjs";

/** Process `i` works on server `i % servers.length`; each server has as many of the jobs. */
export const drainTogether = async (servers, peer, { jobs, concurrency, processes, waitMs = 0 }) => {
  if (peer.missing) return { missing: peer.missing };
  const share = Math.floor(jobs / servers.length);
  for (const server of servers) {
    await server.empty();
    await peer.fill(server, share);
  }
  const booting = Array.from({ length: processes }, (_, i) => {
    const { url } = servers[i % servers.length];
    // None reaches the end of its count: the end is when all have done the jobs together.
    return peer.boot("drain", { redis: url, jobs: jobs + 1, concurrency, waitMs, isOneOfMany: true });
  });
  const workers = await Promise.all(booting);
  try {
    return await withNoise(cpus().length, () => measured(servers, workers, share * servers.length));
  } finally {
    await Promise.all(workers.map((worker) => worker.end()));
  }
};

const measured = async (servers, workers, jobs) => {
  const before = await micros(servers);
  const last = await lastOfEach(workers, jobs);
  const seconds =
    (Math.max(...last.map(({ at }) => at)) - Math.min(...last.map(({ startedAt }) => startedAt))) / 1e6;
  const serverMicros = (await micros(servers)) - before;
  const cpuMicros = last.reduce((sum, progress) => sum + progress.cpuMicros, 0);
  return {
    rate: jobs / seconds,
    cpuPerJob: cpuMicros / jobs,
    serverCpuPerJob: serverMicros / jobs,
    leastShare: Math.min(...last.map(({ done }) => done)) / (jobs / workers.length),
    ownCpuMicros: cpuMicros + serverMicros,
  };
};

/** What each process told last, once all jobs are done. */
const lastOfEach = (workers, jobs) =>
  new Promise((resolve, reject) => {
    const last = new Map();
    for (const worker of workers) {
      worker.onProgress((progress) => {
        last.set(worker, progress);
        const done = [...last.values()].reduce((sum, one) => sum + one.done, 0);
        if (done >= jobs) resolve([...last.values()]);
      });
      // Never said: it rejects if the process ends before its time.
      worker.next("done").catch(reject);
      worker.order("go");
    }
  });

const micros = async (servers) => {
  const each = await Promise.all(servers.map((server) => server.cpuMicros()));
  return each.reduce((sum, one) => sum + one, 0);
};
