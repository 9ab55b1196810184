/** A run of the example that is ended by a signal: nothing of it stays. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeEachRails } from "../support/rails-example.ts";

const ROOT = join(import.meta.dirname, "../..");
const FOLDERS = ["/tmp", join(process.env["TSQ_RUBIES"] ?? "/var/cache/tsq-rubies", "8/tmp")];

/** The folders of a run that are there, by their names. Other runs have theirs beside them. */
const foldersOf = (names: readonly string[]): readonly string[] =>
  FOLDERS.flatMap((folder) => names.map((name) => join(folder, name))).filter((path) => existsSync(path));

/** What the processes of a run were told of its folder, which has another path outside a root of their own. */
const folderNames = (pids: Iterable<number>): readonly string[] => {
  const names = new Set<string>();
  for (const pid of pids) {
    try {
      const name = /\0CRM_TMP=\/tmp\/(tsq-rails-[^\0]+)/.exec(
        readFileSync(`/proc/${pid}/environ`, "utf8"),
      )?.[1];
      if (name) names.add(name);
    } catch {
      // Gone meanwhile.
    }
  }
  return [...names];
};

/** By id: the parent of a process, and when it was started, by which it is told from a later one of its id. */
const processes = (): ReadonlyMap<number, { readonly parent: number; readonly startedAt: string }> => {
  const found = new Map<number, { parent: number; startedAt: string }>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // Its name stands in parentheses, and may hold any.
      const fields = readFileSync(`/proc/${name}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ");
      found.set(Number(name), { parent: Number(fields[1]), startedAt: fields[19] ?? "" });
    } catch {
      // Gone meanwhile.
    }
  }
  return found;
};

const descendantsOf = (pid: number): ReadonlyMap<number, string> => {
  const all = processes();
  const found = new Map<number, string>();
  let parents = new Set([pid]);
  while (parents.size > 0) {
    const children = [...all].filter(([, { parent }]) => parents.has(parent));
    for (const [id, { startedAt }] of children) found.set(id, startedAt);
    parents = new Set(children.map(([id]) => id));
  }
  return found;
};

await describeEachRails((generation) => {
  test.for<readonly [when: string, seen: RegExp, atLeast: number, flags: readonly string[]]>([
    ["while it makes its database", /^ +[\d.]+ s {2}Redis: /m, 1, []],
    ["while all of it is up", /s {2}up: the web process/, 4, []],
    ["while it runs the app's own tests", /Run options|Running:/, 2, ["--tests"]],
  ])("leaves no folder and no process when TERM comes %s", async ([, seen, atLeast, flags]) => {
    const child = spawn(process.execPath, ["examples/rails/run.mjs", "--ruby", generation, ...flags], {
      cwd: ROOT,
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    const closed = once(child, "close");
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data: Buffer) => (output += String(data)));
    await eventually(() => expect(output).toMatch(seen), { timeoutMs: 120_000 });
    const [family, names] = await eventually(() => {
      const all = descendantsOf(child.pid ?? 0);
      expect(all.size).toBeGreaterThanOrEqual(atLeast);
      const folders = folderNames(all.keys());
      expect(foldersOf(folders)).toHaveLength(1);
      return [all, folders] as const;
    });

    child.kill("SIGTERM");

    expect(await closed, output).toEqual([143, null]);
    await eventually(() => {
      const now = processes();
      expect([...family].filter(([pid, startedAt]) => now.get(pid)?.startedAt === startedAt)).toEqual([]);
    });
    expect(foldersOf(names)).toEqual([]);
  });
});
