/** The suites that `npm test` leaves to their own words, what each needs, and what of that is not here. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { whyNoRails } from "../examples/rails/run/ruby.mjs";
import { ROOT } from "./npm.mjs";

/** Run by `npm test`: they need nothing but npm, and take seconds. */
export const QUICK = ["unit", "integration"];

const NATIVE_SERVERS = ["redis-server", "valkey-server"];

const CHROMIUMS = ["chromium", "chromium-browser", "google-chrome"];

/** Without starting it: a browser takes its time to say its version. */
const isOnPath = (name) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));

const isNativeHere = () => NATIVE_SERVERS.some((name) => spawnSync(name, ["--version"]).status === 0);

/** The generations of Ruby Sidekiq that are not here. */
const missingRubies = () => {
  let ready = "";
  try {
    ready = execFileSync("bash", [join(ROOT, "scripts/rubies.sh"), "--print"], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (error) {
    // It ends with 1 when one is missing, after printing the others.
    ready = String(error.stdout ?? "");
  }
  return ["6", "7", "8"].filter(
    (generation) => !ready.split("\n").some((line) => line.startsWith(`${generation}\t`)),
  );
};

/** Why the Rails example cannot run here, with either Rails. */
const missingRails = () =>
  ["6", "8"].map((generation) => whyNoRails(generation)).find((reason) => reason !== undefined);

const GET_NATIVE = "apt-get install redis-server";

const LATER = [
  {
    project: "waiting",
    what: "silence, blocked loops, embedded servers: all that takes its time",
    lacks: () => undefined,
  },
  { project: "cli", what: "`tsq`, README and demo as programs of their own", lacks: () => undefined },
  {
    project: "browser",
    what: "the dashboard in Chromium: every page and every action",
    lacks: () => {
      if (!CHROMIUMS.some(isOnPath)) return `no ${CHROMIUMS.join(" or ")} on PATH: apt-get install chromium`;
      return isNativeHere() ? undefined : `no ${NATIVE_SERVERS.join(" or ")} on PATH: ${GET_NATIVE}`;
    },
  },
  {
    project: "conformance",
    what: "the tests of Redis again, on a real server",
    lacks: () => (isNativeHere() ? undefined : `no ${NATIVE_SERVERS.join(" or ")} on PATH: ${GET_NATIVE}`),
  },
  {
    project: "interop",
    what: "Ruby Sidekiq 6, 7 and 8 on the same queues",
    lacks: () => {
      const rubies = missingRubies();
      if (rubies.length > 0)
        return `no Ruby Sidekiq ${rubies.join(", ")}: scripts/rubies.sh, as root on Debian`;
      return isNativeHere() ? undefined : `no real server for Ruby: ${GET_NATIVE}`;
    },
  },
  {
    project: "rails",
    what: "examples/rails: a Rails app and TypeScript workers, end to end",
    lacks: missingRails,
  },
  {
    project: "cron",
    what: "sidekiq-cron and tsq on one schedule: hours in compressed time, and minutes of the clock",
    lacks: () => {
      if (missingRubies().includes("6")) return "no Ruby Sidekiq 6: scripts/rubies.sh, as root on Debian 12";
      return isNativeHere() ? undefined : `no real server: ${GET_NATIVE}`;
    },
  },
  { project: "chaos", what: "killed processes, servers and connections", lacks: () => undefined },
  {
    project: "packages",
    what: "packed, installed and used elsewhere; needs the npm registry",
    lacks: () => undefined,
  },
];

/** Suites whose folder holds a test. */
const isThere = ({ project }) => {
  const folder = join(ROOT, "test", project);
  return existsSync(folder) && readdirSync(folder).some((file) => file.endsWith(".test.ts"));
};

/** What a run of the quick suites did not cover, for people: one line each. */
export const leftOut = () => {
  const suites = LATER.filter(isThere);
  const width = Math.max(...suites.map(({ project }) => project.length));
  return suites.map(({ project, what, lacks }) => {
    const missing = lacks();
    const state =
      missing === undefined ? "this machine has all it needs" : `would be skipped here, ${missing}`;
    return `  npm run test:${project.padEnd(width)}  ${what} (${state})`;
  });
};
