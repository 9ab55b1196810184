/**
 * For development: the throw-away prototype whose architecture the worker has, in the same rounds. Its folder holds a
 * `drain.mjs DESIGN CONCURRENCY JOBS` and what that imports; it empties the Redis at PORT, fills it, and prints a line
 * of JSON. It counts from the second quarter on, so its pair is our steady rate.
 */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

// Two calls in flight, and all that a worker does with a job: parsing, context, middleware, counters.
const DESIGN = "G2";
const FULL = "1";

const run = promisify(execFile);

export const drainPrototype = async (server, folder, { jobs, concurrency }) => {
  // It leaves the keys of its last run's fetches behind, and would take them for its own.
  await server.empty();
  const args = [join(folder, "drain.mjs"), DESIGN, String(concurrency), String(jobs - (jobs % 3))];
  const { stdout } = await run(process.execPath, args, {
    env: { ...process.env, PORT: String(server.port), FULL },
  });
  // No noise: how much of the machine its own filling used, it does not say.
  const { jobs_s: steadyRate, nodeUs: cpuPerJob, redisUs: serverCpuPerJob } = JSON.parse(stdout);
  return { steadyRate, cpuPerJob, serverCpuPerJob };
};
