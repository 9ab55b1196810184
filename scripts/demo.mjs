/** `npm run demo`: installs if needed, builds, and shows jobs of every kind on a Redis of its own. */
import { parseArgs } from "node:util";
import { prepare } from "./install.mjs";

const HELP = `npm run demo -- [options]

Starts a Redis of its own and a worker, pushes jobs that are immediate, scheduled, failing, dying and malformed,
and shows where each ends. It stays up until Ctrl-C, with a dashboard on which there is something to see and to
repair (port 4567 of this machine, or another that is free).

  --once           end when all jobs have ended; exit 0 only if each ended where it should
  --server <kind>  embedded (default): Valkey, in the demo's own process, nothing to install
                   native: valkey-server or redis-server of this machine, on a free port
  --redis <url>    this Redis instead; it must hold no jobs that the demo's worker would take, and gets none to repair
  --help           this text

The code is in examples/demo: begin with jobs.mjs and run.mjs.`;

const readOptions = () => {
  try {
    const { values } = parseArgs({
      options: {
        once: { type: "boolean", default: false },
        server: { type: "string" },
        redis: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.server !== undefined && !["embedded", "native"].includes(values.server)) {
      throw new Error(`Expected --server to be embedded or native, got \`${values.server}\`.`);
    }
    if (values.server !== undefined && values.redis !== undefined) {
      throw new Error("Expected --server or --redis, got both. Leave one out.");
    }
    return values;
  } catch (error) {
    console.error(`demo: ${error.message}\n\n${HELP}`);
    return process.exit(1);
  }
};

const options = readOptions();
if (options.help) {
  console.log(HELP);
} else {
  await prepare();
  // Only now: a fresh clone has none of what it imports.
  const { runDemo } = await import("../examples/demo/run.mjs");
  try {
    process.exit(await runDemo(options));
  } catch (error) {
    console.error(`demo: ${error.message}`);
    process.exit(1);
  }
}
