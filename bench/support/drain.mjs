/** One worker process draining a filled queue: from the start of the loaded worker to its last job. */
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { withNoise } from "./rounds.mjs";

/** Resolves to a sample of rates and costs per job, or to `{ missing }`. */
export const drain = async (
  server,
  peer,
  { jobs, concurrency, isLogging = false, redis = server.url, mode = "drain", fill = peer.fill, more = {} },
) => {
  if (peer.missing) return { missing: peer.missing };
  await server.empty();
  await fill(server, jobs);
  await server.client.config("RESETSTAT");
  const folder = mkdtempSync(join(tmpdir(), "tsq-bench-"));
  const out = isLogging ? { logFile: join(folder, "worker.log") } : {};
  const worker = await peer.boot(mode, { redis, jobs, concurrency, isLogging, ...more }, out);
  try {
    return await withNoise(cpus().length, () => measured(server, worker, jobs));
  } finally {
    await worker.end();
    rmSync(folder, { recursive: true });
  }
};

const measured = async (server, worker, jobs) => {
  const serverCpu = await server.cpuMicros();
  worker.order("go");
  const { seconds, firstAfterMs, steadyRate, cpuMicros, rssMB } = await worker.next("done");
  const serverMicros = (await server.cpuMicros()) - serverCpu;
  return {
    rate: jobs / seconds,
    steadyRate,
    firstAfterMs,
    cpuPerJob: cpuMicros / jobs,
    serverCpuPerJob: serverMicros / jobs,
    commandsPerJob: (await server.commands()) / jobs,
    rssMB,
    ownCpuMicros: cpuMicros + serverMicros,
  };
};
