/** What the commands print for programs has the keys that docs/terminal.md names: each row of its tables is looked at. */
import { readFileSync } from "node:fs";
import { beforeEach, expect, test } from "vitest";
import { saveCron } from "../support/cron.ts";
import { fail, jidOf, payloadOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { application, tsq } from "../support/tsq-command.ts";

const DOCUMENT = readFileSync(new URL("../../docs/terminal.md", import.meta.url), "utf8");
const [, SECTION = ""] = /\n## For programs\n([^]*?)\n## /.exec(DOCUMENT) ?? [];

/** The cells of the tables, each table without its head. */
const TABLES = SECTION.split("\n\n")
  .filter((block) => block.startsWith("|"))
  .map((block) =>
    block
      .split("\n")
      .slice(2)
      .map((row) =>
        row
          .split("|")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      ),
  );
const [LOOKS = [], JOB = [], CHANGES = [], WITHIN = []] = TABLES;

const codesIn = (text: string): readonly string[] =>
  [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);
const keysIn = (text: string): readonly string[] => codesIn(text).flatMap((code) => code.split(" "));
const JOB_KEYS = JOB.flatMap(([keys = ""]) => keysIn(keys));
const ENTRY_KEYS = keysIn(LOOKS.find(([name]) => name === "`cron list`")?.[1] ?? "");

/** `a job, with …` and the like: what stands there are keys, but for the one that says which command is meant. */
const shapeOf = (cell: string): readonly string[] => {
  // Behind a semicolon stands what one of them means.
  if (cell.startsWith("a job")) return [...JOB_KEYS, ...keysIn(cell.split(";")[0] ?? "")];
  if (cell.startsWith("an entry of `cron list`")) return [...ENTRY_KEYS, ...keysIn(cell).slice(2)];
  return keysIn(cell);
};

const shell = setShell();
const { json, jsonl, redis } = { ...shell, redis: () => shell.redis };

const IDENTITY = "web-1:4242:abc";

beforeEach(async () => {
  await fail(redis(), [{ jid: jidOf(1) }]);
  await fail(redis(), [{ jid: jidOf(2) }], "dead");
  await fail(redis(), [{ jid: jidOf(3) }], "schedule");
  await shell.push("low", payloadOf({ jid: jidOf(4) }));
  const info = { hostname: "web-1", pid: 4242, version: "tsq 0.1.0", queues: ["default"], concurrency: 1 };
  await redis()
    .multi()
    .hset(`it-${jidOf(1)}`, { ex: 2, c: "7", rt: 1.5 })
    .sadd("processes", IDENTITY)
    .hset(IDENTITY, { info: JSON.stringify(info), busy: 1, beat: Date.now() / 1_000, quiet: "false" })
    .hset(
      `${IDENTITY}:work`,
      "t1",
      JSON.stringify({ queue: "low", run_at: 1, payload: payloadOf({ jid: jidOf(5) }) }),
    )
    .exec();
  const entry = { cron: "0 2 * * * Europe/Berlin", class: "NightlyJob", outcomes: true };
  await saveCron(redis(), "nightly", entry, { at: "2030-01-01T08:59:00Z" });
  await redis().zadd("tsq:cron:missed", 1, "cron_job:default:nightly\n2030-01-01T02:00:00Z");
});

type Document = Readonly<Record<string, unknown>>;

/** The first of a list, or what is none. */
const firstIn = (document: unknown, ...path: readonly string[]): Document => {
  let found = document;
  for (const key of ["", ...path]) {
    if (key !== "") found = (found as Document)[key];
    if (Array.isArray(found)) found = (found as readonly unknown[])[0];
  }
  return found as Document;
};
const keysOf = (document: unknown, ...path: readonly string[]): readonly string[] =>
  Object.keys(firstIn(document, ...path));

/** What is typed behind the name of a command. */
const ARGS: Readonly<Record<string, readonly string[]>> = {
  queue: ["low"],
  jobs: ["class:HardJob"],
  show: [jidOf(1)],
  "cron show": ["nightly"],
};
const typed = (command: string): readonly string[] => [...command.split(" "), ...(ARGS[command] ?? [])];

test.each(LOOKS)("%s prints %s, and in lines %s", async (names = "", whole = "", line = "") => {
  for (const command of codesIn(names)) {
    const document = await json(...typed(command));
    expect(keysOf(document), command).toEqual(shapeOf(whole));
    if (line === "") continue;
    const [first] = await jsonl(...typed(command));
    expect(Object.keys(first ?? {}), `${command} --jsonl`).toEqual(
      shapeOf(line === "the same" ? whole : line),
    );
  }
});

test("show prints the same keys of a job that has ended", async () => {
  const [, whole = ""] = LOOKS.find(([names]) => names === "`show`") ?? [];
  const kept = { class: "HardJob", queue: "low", as: "done", identity: IDENTITY, ms: 7 };
  await redis().zadd("tsq:finished", 1, JSON.stringify({ atMs: 1, jid: jidOf(9), ...kept }));

  const document = await json("show", jidOf(9));

  expect(firstIn(document)["place"]).toBe("ended");
  expect(keysOf(document)).toEqual(shapeOf(whole));
});

/** By what the row is called: how such a document comes about. */
const CHANGING: Readonly<Record<string, readonly (readonly string[])[]>> = {
  "`retry`, `kill`, `delete`, `move`": [
    ["kill", jidOf(3), "--yes"],
    ["retry", jidOf(1), "--yes"],
    ["move", jidOf(4), "--to", "high", "--yes"],
    ["delete", jidOf(2), "--yes"],
  ],
  "`retry`, `kill`, `delete`, `move`, `cancel` with `--dry-run`": [
    ["retry", jidOf(1), "--dry-run"],
    ["kill", jidOf(1), "--dry-run"],
    ["delete", jidOf(1), "--dry-run"],
    ["move", jidOf(1), "--to", "high", "--dry-run"],
    ["cancel", jidOf(1), "--dry-run"],
  ],
  "`cancel`": [["cancel", jidOf(1), "--yes"]],
  "`pause`, `resume`": [
    ["pause", "low"],
    ["resume", "low"],
  ],
  "`clear`": [["clear", "low", "--yes"]],
  "`quiet`, `stop`": [
    ["quiet", IDENTITY, "--yes"],
    ["stop", IDENTITY, "--yes"],
  ],
  "`push`": [["push", "HardJob"]],
  "`push --bulk`": [["push", "HardJob", "--bulk", "args.jsonl"]],
  "`deploy`": [["deploy", "v42"]],
  "`health`": [["health", "-q", "default"]],
  "`cron enable`, `cron disable`": [
    ["cron", "disable", "nightly"],
    ["cron", "enable", "nightly"],
  ],
  "`cron run`": [["cron", "run", "nightly"]],
  "`cron delete`": [["cron", "delete", "nightly", "--yes"]],
  "`cron load`": [["cron", "load", "schedule.yml", "--yes"]],
  "`cron load` with `--dry-run`": [["cron", "load", "schedule.yml", "--dry-run"]],
};

const FILES = { "args.jsonl": "[1]\n", "schedule.yml": "bad: {cron: 'x', class: A}\n" };

/** With files beside it; `cron load` of what is wrong ends with 1, and prints all the same. */
const printed = async (args: readonly string[]): Promise<unknown> => {
  const { stdout, stderr } = await tsq([...args, "--json"], { cwd: application(FILES), env: shell.env() });
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout);
};

test.each(CHANGES)("%s prints %s", async (names, keys) => {
  const runs = CHANGING[names ?? ""] ?? [];

  expect(runs.length).toBeGreaterThan(0);
  for (const args of runs) expect(keysOf(await printed(args)), args.join(" ")).toEqual(keysIn(keys ?? ""));
});

const INNER: Readonly<Record<string, () => Promise<readonly string[]>>> = {
  "`queues` of `stats`": async () => keysOf(await json("stats"), "queues"),
  "`running` of `ps`": async () => keysOf(await json("ps"), "processes", "running"),
  "`iteration` of `show`": async () => keysOf(await json("show", jidOf(1)), "iteration"),
  "`timeline` of `show`": async () => keysOf(await json("show", jidOf(1)), "timeline"),
  "`lists`": async () => keysOf(await printed(["kill", jidOf(1), "--yes"]), "lists"),
  "`lists` with `--dry-run`": async () => keysOf(await printed(["kill", jidOf(1), "--dry-run"]), "lists"),
  "`classes`, `queues` with `--dry-run`": async () => {
    const all = [];
    for (const verb of ["kill", "cancel"])
      for (const key of ["classes", "queues"])
        all.push(keysOf(await printed([verb, jidOf(1), "--dry-run"]), "lists", key).join(" "));
    expect(new Set(all).size).toBe(1);
    return all[0]?.split(" ") ?? [];
  },
  "`queues` of `health`": async () => keysOf(await printed(["health", "-q", "default"]), "queues"),
  "`last_run` of `cron list`": async () => {
    await printed(["cron", "run", "nightly"]);
    return keysOf(await json("cron", "list"), "last_run");
  },
  "`clocks` of `cron show`": async () => keysOf(await json("cron", "show", "nightly"), "clocks"),
  "`history` of `cron show`": async () => {
    await printed(["cron", "run", "nightly"]);
    return keysOf(await json("cron", "show", "nightly"), "history");
  },
  "`missed` of `cron show`": async () => keysOf(await json("cron", "show", "nightly"), "missed"),
  "`refused` of `cron load`": async () => keysOf(await printed(["cron", "load", "schedule.yml"]), "refused"),
};

test.each(WITHIN)("%s has %s", async (what, keys) => {
  const look = INNER[what ?? ""];

  expect(await look?.()).toEqual(shapeOf(keys ?? ""));
});

test("the document has its four tables", () => {
  expect(TABLES.map(({ length }) => length > 6)).toEqual([true, true, true, true]);
});

test("no key of a document is spelled otherwise than the rest", () => {
  const all = TABLES.flat().flatMap((cells) => cells.slice(1).flatMap(keysIn));

  expect(all.filter((key) => /[A-Z]/.test(key))).toEqual([]);
});
