/** `tsq doctor` as `--help` shows it. */
import type { CommandSpec } from "../cli/command.ts";
import { GOAL, REDIS } from "../cli/flags.ts";

export interface DoctorFlags {
  readonly only?: readonly string[];
  readonly skip?: readonly string[];
  readonly list?: boolean;
  readonly environment?: string;
  readonly goal?: readonly string[];
  readonly json?: boolean;
  readonly redis?: string;
}

export const DOCTOR: CommandSpec<DoctorFlags> = {
  name: "doctor",
  summary: "look for what is wrong with a Redis and a project, and change nothing",
  args: [{ name: "folder", tells: "the project", fallback: "." }],
  flags: {
    only: { option: "--only <id>", tells: "this check alone; may be repeated", isList: true },
    skip: { option: "--skip <id>", tells: "all checks but this one; may be repeated", isList: true },
    list: { option: "--list", tells: "print the checks, each in a line, and look at nothing" },
    environment: {
      option: "-e, --environment <name>",
      tells: "section of sidekiq.yml (default: APP_ENV, RAILS_ENV, RACK_ENV, or production)",
    },
    goal: GOAL,
    json: { option: "--json", tells: "print as JSON" },
    redis: REDIS,
  },
  more: `Each finding has the check's id, a level, a place, what was seen, why it matters
and what to do. An error: jobs are lost or do not run, or strangers get in. A
warning: soon, or now and then. A note: somebody should know.

Of the project it reads the Procfile, package.json, Gemfile and Gemfile.lock,
config/sidekiq.yml and what the Procfile names instead, config/routes.rb,
config/schedule.yml, and Ruby and TypeScript sources; none need be there, and
none is run. Of many jobs it looks at some: the last line says how many.

Examples:
  tsq doctor
  tsq doctor ../crm --redis redis://staging:6379/1
  tsq doctor --only queue-priorities --only classes --json
  tsq doctor --skip error-notifications || exit 1

Exit codes: 0 when there is no error (there may be warnings), 1 when there is
one, or when it cannot be asked for: an unknown check, a wrong URL.`,
  load: async () => ({ run: (await import("./doctor.ts")).doctor }),
};
