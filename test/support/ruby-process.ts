/**
 * How a program of one generation's Ruby is started: on this system, or inside its folder by chroot;
 * and where it finds the Ruby files of this suite.
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";

const SCRIPTS = join(import.meta.dirname, "ruby");

// setpriv and chroot become what they start: the pid is Ruby's own, and Ruby ends with this process, however that ends.
const LEASH = ["setpriv", "--pdeathsig", "KILL"] as const;

export function spawnRuby(
  root: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  const [command, ...leash] = LEASH;
  const chroot = root === "/" ? [] : ["chroot", root];
  return spawn(command, [...leash, ...chroot, "/usr/bin/ruby", ...args], {
    cwd: "/",
    // Nothing of the caller's: RUBYOPT, BUNDLE_* and a POSIX locale each make another Ruby.
    env: { PATH: process.env.PATH ?? "", LANG: "C.UTF-8", HOME: "/root", ...env },
  });
}

/** The path, as a program under `root` sees it, of the folder with the Ruby files of this suite. */
export function scriptsUnder(root: string): string {
  if (root === "/") return SCRIPTS;
  const names = readdirSync(SCRIPTS).toSorted();
  const digest = createHash("sha256");
  for (const name of names)
    digest
      .update(name)
      .update("\0")
      .update(readFileSync(join(SCRIPTS, name)));
  const inside = `/tmp/tsq-interop-${digest.digest("hex").slice(0, 12)}`;
  if (existsSync(join(root, inside))) return inside;

  // Test files run side by side: the folder appears at once and complete, whoever is first.
  const draft = mkdtempSync(join(root, "/tmp/tsq-interop-draft-"));
  for (const name of names) copyFileSync(join(SCRIPTS, name), join(draft, name));
  try {
    renameSync(draft, join(root, inside));
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(join(root, inside))) throw error;
  }
  return inside;
}
