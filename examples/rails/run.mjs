/**
 * The whole example, by one command: starts Redis, the Rails app, Sidekiq and the TypeScript worker, enqueues every
 * class from both languages, looks at the dashboard, retries the dead from both, and tells what ran where.
 */
import { parseArgs } from "node:util";
import { whyNoRails } from "./run/ruby.mjs";
import { runTests } from "./run/tests.mjs";
import { tellStory } from "./run/story.mjs";

const HELP = `node examples/rails/run.mjs [options]

Starts Redis, a Rails app, Sidekiq and a TypeScript worker, drives them, and ends with a table of what ran where.
Exit code 0 only if all ran as it should; 2 if this machine lacks a package, which it names.

  --ruby <6|8>  6: Debian 12's Rails 6.1 and Sidekiq 6.4 (default)
                8: Rails 7.2 and Sidekiq 8.1 in the folder of scripts/rubies.sh, without Devise and sidekiq-cron
  --missing     only say what this machine lacks
  --tests       run the app's own tests instead
  --help        this text

The TypeScript packages must be built: npm run build.`;

const readOptions = () => {
  const { values } = parseArgs({
    options: {
      ruby: { type: "string", default: "6" },
      missing: { type: "boolean", default: false },
      tests: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (!["6", "8"].includes(values.ruby))
    throw new Error(`Expected --ruby to be 6 or 8, got \`${values.ruby}\`.`);
  return values;
};

const main = async () => {
  const { ruby, missing, tests, help } = readOptions();
  if (help) return console.log(HELP);
  const reason = whyNoRails(ruby);
  if (reason) {
    console.error(`rails example: ${reason}`);
    return 2;
  }
  if (missing) return 0;
  return tests ? runTests(ruby) : tellStory(ruby);
};

try {
  process.exitCode = (await main()) ?? 0;
} catch (error) {
  console.error(`rails example: ${error.message}`);
  process.exitCode = 1;
}
