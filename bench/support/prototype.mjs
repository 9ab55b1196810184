/**
 * For development: the throw-away prototype whose architecture the worker has, in the same rounds. Its folder holds a
 * `drain.mjs DESIGN CONCURRENCY JOBS` and what that imports; it empties the Redis at PORT, fills it, and prints a line
 * of JSON. It counts from the second quarter on, so its pair is our steady rate.
 */
import { execFile } from "node:child_process";
import { cpus } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { withNoise } from "./rounds.mjs";

// Two calls in flight, and all that a worker does with a job: parsing, context, middleware, counters.
const DESIGN = "G2";
const FULL = "1";

const run = promisify(execFile);

export const drainPrototype = (server, folder, { jobs, concurrency }) =>
  withNoise(cpus().length, async () => {
    const serverCpu = await server.cpuMicros();
    // It leaves the keys of its last run's fetches behind, and would take them for its own.
    await server.empty();
    const args = [join(folder, "drain.mjs"), DESIGN, String(concurrency), String(jobs - (jobs % 3))];
    const { stdout } = await run(process.execPath, args, {
      env: { ...process.env, PORT: String(server.port), FULL },
    });
    const { jobs_s: steadyRate, nodeUs: cpuPerJob, redisUs: serverCpuPerJob } = JSON.parse(stdout);
    const serverMicros = (await server.cpuMicros()) - serverCpu;
    // Its own filling is in neither figure: the noise of its runs reads too high by that much.
    return { steadyRate, cpuPerJob, serverCpuPerJob, ownCpuMicros: cpuPerJob * jobs + serverMicros };
  });
