/** What the commands for cron entries leave in the audit trail, and the answer no. */
import { AuditTrail } from "@tsq/core/api";
import { describe, expect, test } from "vitest";
import { saveCron } from "../support/cron.ts";
import { setShell } from "../support/shell.ts";
import { application, tsq } from "../support/tsq-command.ts";
import { onTerminal } from "../support/tsq-terminal.ts";

const shell = setShell();
const { run, env } = shell;

const AT = "2030-01-01T08:59:00Z";
const save = (name: string, source: "schedule" | "dynamic" = "dynamic") =>
  saveCron(shell.redis, name, { cron: "0 2 * * * UTC", class: "NightlyJob" }, { at: AT, source });

/** The oldest first. */
const trail = async (): Promise<readonly string[]> => {
  await using audit = new AuditTrail({ redis: shell.server.url });
  const { items } = await audit.page();
  return items
    .map(({ role, action, outcome, count, subject, reason, note }) =>
      [role, action, outcome, count, subject, reason, note].filter((part) => part !== "").join(" | "),
    )
    .toReversed();
};

test("what is done to an entry stands in the trail as the dashboard's buttons write it, with its reason", async () => {
  await save("nightly");

  for (const verb of ["disable", "disable", "enable", "run", "delete"])
    await run("cron", verb, "nightly", "--reason", "why not", ...(verb === "delete" ? ["--yes"] : []));

  expect(await trail()).toEqual([
    "terminal | cron.disable | done | 1 | nightly | why not",
    "terminal | cron.disable | done | 0 | nightly | why not",
    "terminal | cron.enable | done | 1 | nightly | why not",
    "terminal | cron.run | done | 1 | nightly | why not",
    "terminal | cron.delete | done | 1 | nightly | why not",
  ]);
});

test("what was refused is not there", async () => {
  await save("nightly");
  await shell.redis.hset("cron_job:default:nightly", "cron", "61 * * * *");

  const codes = [];
  for (const args of [
    ["enable", "nightly"],
    ["delete", "nightly"],
    ["run", "none"],
  ])
    codes.push((await run("cron", ...args)).code);

  expect(codes).toEqual([1, 1, 1]);
  expect(await shell.redis.exists("tsq:audit")).toBe(0);
});

describe("a schedule that is loaded", () => {
  const FILES = {
    "schedule.yml": 'a: {cron: "0 2 * * *", class: AJob}\nb: {cron: "0 3 * * *", class: BJob}\n',
  };
  const load = (...args: readonly string[]) =>
    tsq(["cron", "load", "schedule.yml", ...args], { cwd: application(FILES), env: env() });

  test("stands there with its file, and what it removes as deleted", async () => {
    await save("old", "schedule");
    await save("older", "schedule");

    await load("--yes", "--reason", "v42");

    expect(await trail()).toEqual([
      "terminal | cron.load | done | 2 | schedule.yml | v42 | a b",
      "terminal | cron.delete | done | 2 | old older | v42 | not in schedule.yml",
    ]);
  });

  test("counts there what it has changed, and not what was so already", async () => {
    await load("--yes");
    await load("--yes");
    await shell.redis.hset("cron_job:default:b", "cron", "0 4 * * *");
    await load("--yes");

    expect(await trail()).toEqual([
      "terminal | cron.load | done | 2 | schedule.yml | a b",
      "terminal | cron.load | done | 0 | schedule.yml",
      "terminal | cron.load | done | 1 | schedule.yml | b",
    ]);
  });

  test("stands there as failed where all that was new in it is refused, with the names", async () => {
    await load("--yes");
    const schedule = `${FILES["schedule.yml"]}c: {cron: "61 * * * *", class: CJob}\n`;
    const cwd = application({ "schedule.yml": schedule });
    const again = () => tsq(["cron", "load", "schedule.yml", "--yes"], { cwd, env: env() });

    await again();
    await shell.redis.hset("cron_job:default:b", "cron", "0 4 * * *");
    await again();

    expect((await trail()).slice(1)).toEqual([
      "terminal | cron.load | failed | 0 | schedule.yml | refused: c",
      "terminal | cron.load | done | 1 | schedule.yml | b; refused: c",
    ]);
  });

  // Redis 7.0 does not say which command of a script it refuses.
  test("stands there as failed where Redis has refused it", async () => {
    await shell.redis.acl("SETUSER", "half", "on", ">password", "~*", "&*", "+@all", "-hsetnx");
    const url = shell.server.url.replace("redis://", "redis://half:password@");

    const { code, stderr } = await load("--redis", url);

    expect([code, stderr.split("\n").length]).toEqual([1, 2]);
    expect(stderr).toMatch(/^tsq: Redis at \S+ refuses [^\n]*(?:hsetnx|a command within a script)/i);
    expect(await trail()).toEqual([
      expect.stringMatching(
        /^terminal \| cron\.load \| failed \| 0 \| schedule\.yml \| Redis at [^|]*(?:hsetnx|a command within a script)/i,
      ),
    ]);
  });
});

test("what comes into the schedule behind the question is not removed, and stands in no trail", async () => {
  await save("nightly", "schedule");
  const file = "echo 'a: {cron: \"0 2 * * *\", class: A}' > schedule.yml; ";
  const terminal = onTerminal(["cron", "load", "schedule.yml"], env(), file);
  await terminal.sees("Remove 1 entry? [y/N] ");
  await save("newer", "schedule");

  terminal.types("y\n");

  expect(await terminal.ended).toBe(0);
  expect(terminal.output()).toContain("  stays, as it has come since: newer");
  expect(terminal.output()).toContain("Wrote 1 entry, removed 1 entry");
  const keys = await shell.redis.smembers("cron_jobs:default");
  expect(keys.toSorted()).toEqual(["cron_job:default:a", "cron_job:default:newer"]);
  expect(await trail()).toEqual([
    "terminal | cron.load | done | 1 | schedule.yml | a",
    "terminal | cron.delete | done | 1 | nightly | not in schedule.yml",
  ]);
});

describe("whoever says no", () => {
  test.each([
    [["cron", "delete", "nightly"], "NightlyJob), which a schedule file has made? [y/N] "],
    [["cron", "load", "schedule.yml"], "Remove 1 entry? [y/N] "],
  ])("to tsq %j is told that nothing was done, and nothing was", async (args, question) => {
    await save("nightly", "schedule");
    const terminal = onTerminal(args, env(), "echo 'a: {cron: \"0 2 * * *\", class: A}' > schedule.yml; ");
    await terminal.sees(question);

    terminal.types("n\n");

    expect(await terminal.ended).toBe(0);
    expect(terminal.output()).toMatch(/\bNothing was done\.\s+$/);
    expect(await shell.redis.smembers("cron_jobs:default")).toEqual(["cron_job:default:nightly"]);
    expect(await shell.redis.exists("tsq:audit")).toBe(0);
  });
});
