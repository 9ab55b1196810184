/**
 * npm and npx do not send every signal on: a TERM ends them and leaves the worker behind, an orphan that goes on
 * taking jobs. So a worker that one of them started looks whether it is still there.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

const LOOK_EVERY_MS = 1_000;
const SHELL = /^-?(?:ba|da|a|z|k|busybox)?sh$|^busybox$/;

interface Ancestor {
  readonly parent: number;
  readonly name: string;
  /** It has ended, and nobody has taken note of that. */
  readonly isZombie: boolean;
}

/** What the package manager calls the script, or undefined when none started this process. */
export const npmScript = (env: NodeJS.ProcessEnv): string | undefined =>
  env["npm_command"] === "exec"
    ? "npx"
    : env["npm_lifecycle_event"] && `npm run ${env["npm_lifecycle_event"]}`;

/** Calls `gone` once when the process that started this one has ended. Keeps no process alive. */
export const watchParent = (gone: () => void): void => {
  const { ppid } = process;
  // The package manager starts a shell, which may have made way for us or wait for us.
  const parent = ancestor(ppid);
  const watched = parent && SHELL.test(parent.name) && parent.parent > 1 ? parent.parent : ppid;
  const timer = setInterval(() => {
    if (process.ppid === ppid && isAlive(watched)) return;
    clearInterval(timer);
    gone();
  }, LOOK_EVERY_MS).unref();
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Somebody else's process is one all the same.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  return process.platform !== "linux" || !ancestor(pid)?.isZombie;
};

const ancestor = (pid: number): Ancestor | undefined => {
  if (process.platform === "linux") {
    try {
      const [, name = "", state, parent] =
        /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      return { parent: Number(parent), name, isZombie: state === "Z" };
    } catch {
      return undefined;
    }
  }
  const { stdout } = spawnSync("ps", ["-o", "ppid=,comm=", "-p", String(pid)], { encoding: "utf8" });
  const [, parent, path = ""] = /^\s*(\d+)\s+(.*\S)/.exec(stdout ?? "") ?? [];
  return parent === undefined
    ? undefined
    : { parent: Number(parent), name: path.split("/").at(-1) ?? "", isZombie: false };
};
