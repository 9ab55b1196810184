/**
 * Brings node_modules to what package-lock.json says, when it is not: the first thing `npm test` and
 * `npm run demo` do, so that a fresh clone needs no other word before them.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { npm, ROOT } from "./npm.mjs";

const OLDEST_NODE = [20, 19];
const TELL_EVERY_MS = 5_000;

/** Installs if needed and builds the packages; ends the process with a reason if either fails. */
export const prepare = async () => {
  refuseOldNode();
  const reason = whyInstall();
  if (reason) await install(reason);
  // Not the types of the tests: one that does not fit yet must keep nobody from running another.
  const code = await npm("run", "--silent", "build:packages");
  if (code !== 0) end("The build failed; the messages above say where.", code);
};

const install = async (reason) => {
  console.log(`Installing (npm ci), because ${reason} …`);
  const startedAt = Date.now();
  // npm shows its progress on a terminal only.
  const tell = () => console.log(`  still installing, ${Math.round((Date.now() - startedAt) / 1_000)} s`);
  const timer = process.stdout.isTTY ? undefined : setInterval(tell, TELL_EVERY_MS);
  // What builds and tests is in devDependencies, whatever NODE_ENV says.
  const code = await npm("ci", "--include=dev", "--no-audit", "--no-fund");
  clearInterval(timer);
  if (code !== 0) end("npm ci failed; the messages above say why. Is the npm registry reachable?", code);
  console.log(`Installed in ${((Date.now() - startedAt) / 1_000).toFixed(1)} s.`);
};

/**
 * Undefined when nothing is to do. Compares contents: files' times also change by checking out a branch, and an
 * install takes away under the feet of whatever runs meanwhile.
 */
const whyInstall = () => {
  const wanted = packagesOf("package-lock.json");
  // npm writes it last, so a broken install has none.
  const present = packagesOf("node_modules/.package-lock.json");
  if (!wanted) return end("There is no package-lock.json here: is this a whole clone?", 1);
  if (!present) return "there is no node_modules yet";
  for (const [path, { version, link, optional, resolved }] of Object.entries(wanted)) {
    if (!path.startsWith("node_modules/") && !path.includes("/node_modules/")) continue;
    const found = present[path];
    // Optional ones are there only on the platforms that they are for.
    if (!found && optional) continue;
    if (!found) return `${path} is missing`;
    if (link ? found.resolved !== resolved : found.version !== version)
      return `${path} is not ${version ?? resolved}`;
  }
  return undefined;
};

const packagesOf = (file) => {
  try {
    return JSON.parse(readFileSync(join(ROOT, file), "utf8")).packages;
  } catch {
    return undefined;
  }
};

const refuseOldNode = () => {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  end(`tsq needs Node ${OLDEST_NODE.join(".")} or newer, this is ${process.versions.node}.`, 1);
};

const end = (message, code) => {
  console.error(message);
  process.exit(code);
};
