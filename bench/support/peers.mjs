/** Who takes part: how each is started, in which version, and why it is not here. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Peer, runToEnd } from "./peer.mjs";
import { fillQueues } from "./workload.mjs";

const COMPARE = fileURLToPath(new URL("../compare/", import.meta.url));
const RUBIES = fileURLToPath(new URL("../../scripts/rubies.sh", import.meta.url));
const OWN = fileURLToPath(new URL("../../packages/tsq/", import.meta.url));

export const NAMES = ["tsq", "sidekiq-8", "sidekiq-7", "bullmq", "bee-queue"];

const found = new Map();

/** `{ version, boot(mode, options), fill(server, jobs) }`, or `{ missing: why }`; looked for once. */
export const peerNamed = async (name) => {
  if (!found.has(name)) found.set(name, await find(name));
  return found.get(name);
};

const find = (name) => {
  if (name === "tsq") return tsq();
  // The same by another way of waiting.
  if (name.startsWith("tsq-")) return tsq(name.slice("tsq-".length));
  if (name === "bare") return bare();
  return name.startsWith("sidekiq-") ? ruby(name) : fromRegistry(name);
};

const tsq = (way) => {
  if (!existsSync(`${OWN}dist/index.js`)) throw new Error("Expected the built packages: npm run build");
  return {
    version: versionIn(`${OWN}package.json`),
    boot: (mode, options, out) => {
      const env = way === undefined ? process.env : { ...process.env, TSQ_WAITING: way };
      return Peer.boot({ name: "tsq", ...script("tsq"), env }, mode, options, out);
    },
    fill: fillSidekiq,
  };
};

/** What is below all of them: Node, a socket, and no library. */
const bare = () => ({
  version: process.versions.node,
  boot: (mode, options, out) => Peer.boot({ name: "bare", ...script("bare") }, mode, options, out),
});

const fillSidekiq = (server, jobs) => fillQueues(server.client, jobs);

/** One script for every generation. It is passed as text, so that it is found inside another root too. */
const ruby = (name) => {
  const generation = name.slice("sidekiq-".length);
  const { stdout } = spawnSync("bash", [RUBIES, "--only", generation, "--print"], { encoding: "utf8" });
  const [, version, root] = stdout?.trim().split("\t") ?? [];
  if (!version) return { missing: `scripts/rubies.sh --only ${generation} makes it` };
  const chroot = root === "/" ? [] : ["chroot", root];
  const code = readFileSync(`${COMPARE}sidekiq.rb`, "utf8");
  return {
    version,
    boot: (mode, options, out) => {
      const start = {
        name,
        // It ends with this process, however that ends.
        command: "setpriv",
        args: ["--pdeathsig", "KILL", ...chroot, "/usr/bin/ruby", "-e", code, "--"],
        // Nothing of the caller's: RUBYOPT, BUNDLE_* and a POSIX locale each make another Ruby.
        env: { PATH: process.env.PATH, LANG: "C.UTF-8", HOME: "/root", REDIS_URL: options.redis },
      };
      return Peer.boot(start, mode, options, out);
    },
    fill: fillSidekiq,
  };
};

/** These have a package.json of their own beside them, installed when they are first asked for. */
const fromRegistry = async (name) => {
  const installed = `${COMPARE}node_modules/${name}/package.json`;
  const wanted = JSON.parse(readFileSync(`${COMPARE}package.json`, "utf8")).dependencies[name];
  if (versionIn(installed) !== wanted) {
    const code = await runToEnd("npm", ["ci", "--prefix", COMPARE, "--no-audit", "--no-fund"]);
    if (code !== 0 || versionIn(installed) !== wanted)
      return { missing: "not installed: npm ci failed in bench/compare" };
  }
  const boot = (mode, options, out) => Peer.boot({ name, ...script(name) }, mode, options, out);
  return {
    version: wanted,
    boot,
    // Its keys are its own: it fills its queue itself.
    fill: async (server, jobs) => {
      const filler = await boot("fill", { redis: server.url, jobs });
      filler.order("go");
      await filler.next("done");
      await filler.end();
    },
  };
};

const script = (name) => ({ command: process.execPath, args: [`${COMPARE}${name}.mjs`] });

const versionIn = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined);
