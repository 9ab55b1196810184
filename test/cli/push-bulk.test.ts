/** Many jobs of one class out of a file, or out of a pipe. */
import { spawn } from "node:child_process";
import { describe, expect, test } from "vitest";
import { CLI } from "../support/inside-tsq.ts";
import { setShell } from "../support/shell.ts";
import { application, tsq, type Ended } from "../support/tsq-command.ts";
import { CTRL_C, onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();

const push = (files: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<Ended> =>
  tsq(["push", "ImportJob", ...args], { cwd: application(files), env: { REDIS_URL: shell.server.url } });

/** As its JSON lies in Redis, the first that was pushed first. */
const argsOn = async (queue: string): Promise<readonly string[]> =>
  (await shell.redis.lrange(`queue:${queue}`, 0, -1))
    .map((text) => /"args":(.*?),"jid"/.exec(text)?.[1] ?? text)
    .toReversed();

describe("a file", () => {
  test("of lines is a job for each, byte for byte and in their order", async () => {
    const lines = `[1, "a", 1.0]\n\n[12345678901234567890]\r\n[]\n`;

    const { code, stdout } = await push({ "jobs.txt": lines }, "--bulk", "jobs.txt", "-q", "low");

    expect([code, stdout]).toEqual([0, "3 jobs were pushed.\n"]);
    expect(await argsOn("low")).toEqual(['[1, "a", 1.0]', "[12345678901234567890]", "[]"]);
  });

  test.for([
    ["in many lines", '[\n  [1],\n  [2, {"a": []}]\n]\n', ["[1]", '[2,{"a":[]}]']],
    ["in one line", "[[1],[2]]", ["[1]", "[2]"]],
  ] as const)("that is one array of lists, %s, is a job for each", async ([, text, jobs]) => {
    const { stdout } = await push({ "jobs.json": text }, "--bulk", "jobs.json");

    expect(stdout).toBe("2 jobs were pushed.\n");
    expect(await argsOn("default")).toEqual(jobs);
  });

  test("whose name ends in .jsonl has lines, whatever stands in the only one", async () => {
    await push({ "jobs.jsonl": "[[1],[2]]\n" }, "--bulk", "jobs.jsonl");

    expect(await argsOn("default")).toEqual(["[[1],[2]]"]);
  });

  test("with nothing in it pushes nothing", async () => {
    const { code, stdout } = await push({ "jobs.txt": "\n" }, "--bulk", "jobs.txt", "--json");

    expect([code, JSON.parse(stdout)]).toEqual([0, { pushed: 0, jids: [] }]);
  });

  test("with a line that is none pushes nothing, not even what stands before it", async () => {
    const lines = `${"[1]\n".repeat(2_500)}{"a":1}\n`;

    const { code, stdout, stderr } = await push({ "jobs.txt": lines }, "--bulk", "jobs.txt");

    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toBe(
      'tsq: Expected a JSON array of arguments in line 2501 of --bulk, got `{"a":1}`. Write [42, "hello"] in each line. Nothing was pushed.\n',
    );
    expect(await shell.redis.dbsize()).toBe(0);
  });

  test("that is not there is told, and so are arguments beside it", async () => {
    const gone = await push({}, "--bulk", "nope.txt");
    const both = await push({ "jobs.txt": "[1]" }, "[2]", "--bulk", "jobs.txt");

    expect(gone.stderr).toMatch(/^tsq: Expected --bulk to be a file, got `nope\.txt` \(ENOENT[^\n]+\n$/);
    expect(both.stderr).toBe("tsq: Expected arguments or --bulk, got both: `[2]`. Leave one out.\n");
    expect([gone.code, both.code]).toEqual([1, 1]);
  });

  test("of many is pushed with its jids for programs, and at its time", async () => {
    const lines = Array.from({ length: 2_345 }, (_, i) => `[${i}]\n`).join("");

    const { stdout } = await push({ "jobs.txt": lines }, "--bulk", "jobs.txt", "--in", "3600", "--json");

    const { pushed, jids } = JSON.parse(stdout) as { pushed: number; jids: string[] };
    expect([pushed, new Set(jids).size]).toEqual([2_345, 2_345]);
    expect(await shell.redis.zcard("schedule")).toBe(2_345);
  });
});

test.each([
  [1_500, [], 1_000, "queue:default"],
  [250, ["--in", "60"], 200, "schedule"],
] as const)(
  "of %i lines through a pipe, with %j, %i are pushed when the next is wrong, and it is told with its line",
  async (lines, flags, pushed, key) => {
    const child = spawn(process.execPath, [CLI, "push", "ImportJob", "--bulk", "-", ...flags], {
      cwd: application(),
      env: { PATH: process.env["PATH"] ?? "", REDIS_URL: shell.server.url },
    });
    let stderr = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.stdin.end(`${"[1]\n".repeat(lines)}nonsense\n`);

    const code = await new Promise((resolve) => child.once("close", resolve));

    expect(code).toBe(1);
    expect(stderr).toContain(
      `tsq: Expected a JSON array of arguments in line ${lines + 1} of --bulk, got \`nonsense\``,
    );
    expect(stderr).toContain(`the rest begins at line ${pushed + 1}`);
    const found = key === "schedule" ? shell.redis.zcard(key) : shell.redis.llen(key);
    expect(await found).toBe(pushed);
  },
);

test("on a terminal a bar shows how far it is, and Ctrl-C says where one goes on", async () => {
  const lines = "[1]\n".repeat(400_000);
  const cwd = application({ "jobs.txt": lines });
  const terminal = onTerminal(["push", "ImportJob", "--bulk", `${cwd}/jobs.txt`], {
    REDIS_URL: shell.server.url,
  });
  await terminal.sees(/Pushing \[#*-*\] [\d,]+\/400,000/);

  terminal.types(CTRL_C);

  expect(await terminal.ended).toBe(1);
  const [, done, next] =
    /Stopped after ([\d,]+) jobs were pushed; the rest begins at line (\d+)\./.exec(terminal.output()) ?? [];
  const pushed = Number(done?.replaceAll(",", ""));
  expect(await shell.redis.llen("queue:default")).toBe(pushed);
  expect(Number(next)).toBe(pushed + 1);
});
