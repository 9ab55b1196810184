/**
 * The Ruby that the app runs on: Debian 12's own with Rails 6.1, or that of Debian sid with Rails 7.2, in the
 * folder of scripts/rubies.sh. In both the app starts from a folder of its own, which the end of the run removes.
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const APP = fileURLToPath(new URL("../", import.meta.url));

// setpriv and chroot become what they start; and Ruby ends with this process, however that ends.
const LEASH = ["--pdeathsig", "KILL"];

const RAILS = [
  "ruby-railties",
  "ruby-activerecord",
  "ruby-actionmailer",
  "ruby-sqlite3",
  "puma",
  "ruby-sidekiq",
];

const GENERATIONS = {
  6: {
    root: "/",
    packages: [...RAILS, "ruby-devise", "ruby-sidekiq-cron"],
    install: (names) => `apt-get install --no-install-recommends ${names.join(" ")}`,
  },
  8: {
    root: join(process.env.TSQ_RUBIES ?? "/var/cache/tsq-rubies", "8"),
    packages: RAILS,
    install: () => "scripts/rubies.sh --only 8",
  },
};

/** @returns why the app cannot run on this Sidekiq, or undefined if it can */
export const whyNoRails = (generation) => {
  const { root, packages, install } = GENERATIONS[generation];
  const missing = packages.filter((name) => !isInstalled(root, name));
  if (missing.length > 0) return `no ${missing.join(", ")} under ${root}: ${install(missing)}`;
  if (root === "/")
    return sidekiqHere() === "6" ? undefined : `this system's ruby-sidekiq is not 6.4: it takes Debian 12`;
  if (!existsSync(join(root, "proc/self/status"))) return `${root}/proc is not mounted: ${install()}`;
  return process.getuid?.() === 0 ? undefined : `chroot to ${root} takes root`;
};

const GEMS = "/usr/share/rubygems-integration/all/gems";

const sidekiqHere = () =>
  readdirSync(GEMS)
    .map((name) => /^sidekiq-(\d+)\./.exec(name)?.[1])
    .find(Boolean);

const ARCHITECTURES = ["", ":amd64", ":arm64"];

const isInstalled = (root, name) =>
  ARCHITECTURES.some((suffix) => existsSync(join(root, "var/lib/dpkg/info", `${name}${suffix}.list`)));

/** A copy of the app under the root of this Ruby, and how to start its programs. */
export const settle = (generation, env) => {
  const { root } = GENERATIONS[generation];
  const folder = mkdtempSync(join(root, "tmp/tsq-rails-"));
  const inside = `/${folder.slice(root.length).replace(/^\//, "")}`;
  cpSync(APP, join(folder, "app"), { recursive: true });
  const own = { PATH: process.env.PATH, LANG: "C.UTF-8", HOME: inside, CRM_TMP: inside, ...env };
  return {
    folder,
    /** Starts a Ruby program with the app as its current folder. */
    start: (...args) => {
      const chroot = root === "/" ? [] : ["chroot", root];
      const ruby = ["/usr/bin/ruby", "-C", `${inside}/app`, ...args];
      return spawn("setpriv", [...LEASH, ...chroot, ...ruby], {
        cwd: "/",
        env: own,
        stdio: ["ignore", "pipe", "pipe"],
      });
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
};
