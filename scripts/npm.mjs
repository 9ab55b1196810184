/** Runs npm's words from a script, with the npm that started it, so that versions do not mix. */
import { spawn } from "node:child_process";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("../", import.meta.url));

/** Resolves to the exit code; what it prints goes where our own output goes. */
export const npm = (...args) => {
  // `npm run` tells where it is itself; npm_execpath may also name yarn or pnpm.
  const own = process.env.npm_execpath;
  return own && basename(own) === "npm-cli.js"
    ? run(process.execPath, [own, ...args])
    : run(process.platform === "win32" ? "npm.cmd" : "npm", args, { shell: process.platform === "win32" });
};

/** Resolves to the exit code. Signals reach the child, and this process stays until the child has ended. */
export const run = (command, args, options = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: "inherit", ...options });
    // A terminal sends Ctrl-C to the child as well; a second one from here would be an order to stop at once.
    const handlers = {
      SIGINT: () => {},
      SIGTERM: () => child.kill("SIGTERM"),
      SIGHUP: () => child.kill("SIGHUP"),
    };
    for (const [signal, handler] of Object.entries(handlers)) process.on(signal, handler);
    const settle = () => {
      for (const [signal, handler] of Object.entries(handlers)) process.off(signal, handler);
    };
    child.once("error", (error) => {
      settle();
      reject(error);
    });
    child.once("exit", (code, signal) => {
      settle();
      resolve(code ?? (signal === "SIGINT" ? 130 : 143));
    });
  });
