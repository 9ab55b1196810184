/** The commands for cron entries, which Ruby may have made as well. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { saveCron } from "../support/cron.ts";
import { loadVector } from "../support/load-vector.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, tsq, type Ended } from "../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client({ replyMapping: "legacy" });
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

const cron = (args: readonly string[], cwd = application()): Promise<Ended> =>
  tsq(["cron", ...args], { cwd, env: { REDIS_URL: server.url } });

const json = async (...args: readonly string[]): Promise<unknown> => {
  const { stdout, stderr } = await cron([...args, "--json"]);
  expect(stderr).toBe("");
  return JSON.parse(stdout);
};

const AT = "2030-01-01T08:59:00Z";
const save = (name: string, source: "schedule" | "dynamic" = "dynamic", tz = "UTC") =>
  saveCron(redis, name, { cron: "0 2 * * *", class: "NightlyJob", args: [7], tz }, { at: AT, source });

test("tsq cron show shows its job, its last jobs and what comes", async () => {
  await loadVector(redis, "cron-enqueued", "6.4.1");

  const { stdout } = await cron(["show", "minutely"]);
  const shown = await json("show", "minutely");

  expect(stdout).toContain('Arguments   [1,"two",{"h":true}]');
  expect(stdout).toContain("Pushed      2026-11-23 16:38:03 UTC  d137e85badd5c54397169ef8");
  expect(stdout).toMatch(/^Next +\d{4}-\d\d-\d\d \d\d:\d\d:00 UTC$/m);
  expect(stdout).toMatch(/^Last +2026-11-23 16:38:03 UTC$/m);
  expect(shown).toMatchObject({
    class: "CronJob",
    queue: "cronq",
    history: [{ jid: "d137e85badd5c54397169ef8", at: "2026-11-23T16:38:03.000Z" }],
    missed: [],
  });
});

test("tsq cron show warns of the times that the clocks skip and show twice", async () => {
  await save("zoned", "dynamic", "Europe/Berlin");
  await save("of UTC");

  const { stdout } = await cron(["show", "zoned"]);
  const shown = (await json("show", "zoned")) as { clocks: { kind: string }[] };

  expect(stdout).toMatch(/^(?:Clocks)? +The clocks skip \d{4}-03-\d\d 02:00:00: it does not fire then\.$/m);
  expect(stdout).toMatch(/^(?:Clocks)? +The clocks show \d{4}-10-\d\d 02:00:00 twice: it fires at both\.$/m);
  expect(shown.clocks.map(({ kind }) => kind).toSorted()).toEqual(["doubled", "skipped"]);
  expect((await cron(["show", "of UTC"])).stdout).not.toContain("Clocks");
});

test.for(["show", "enable", "disable", "run", "delete"])(
  "tsq cron %s of no entry names the nearest",
  async (command) => {
    await save("nightly");

    const { code, stderr } = await cron([command, "nighly"]);

    expect(code).toBe(1);
    expect(stderr).toBe("tsq: Expected the name of a cron entry, got `nighly`. Did you mean `nightly`?\n");
  },
);

describe("of namespaces", () => {
  const FILE = `
nightly: {cron: "0 2 * * *", class: NightlyJob, namespace: billing}
weekly: {cron: "0 3 * * sun", class: WeeklyJob}
`;

  test("tsq cron load says where they fire, and list, show and disable see all of them", async () => {
    const cwd = application({ "schedule.yml": FILE });

    const loaded = await cron(["load", "schedule.yml"], cwd);
    const list = await cron(["list"]);
    const shown = await cron(["show", "nightly"]);
    const off = await cron(["disable", "nightly"]);

    expect(loaded.stdout).toContain("The namespace billing fires where a worker has it in `cron_namespaces`");
    expect(list.stdout).toMatch(/^nightly +billing [^]*^weekly +default /m);
    expect(shown.stdout).toContain("Namespace   billing");
    expect(off.stdout).toBe("nightly is disabled\n");
  });

  test("--namespace narrows, and is asked for where two have an entry of one name", async () => {
    await save("nightly");
    await cron(["load", "schedule.yml"], application({ "schedule.yml": FILE }));

    const list = (await json("list", "--namespace", "billing")) as { namespace: string }[];
    const several = await cron(["disable", "nightly"]);
    const one = await cron(["disable", "nightly", "--namespace", "billing"]);

    expect(list.map(({ namespace }) => namespace)).toEqual(["billing"]);
    expect([several.code, one.code]).toEqual([1, 0]);
    expect(several.stderr).toBe(
      "tsq: Expected one cron entry `nightly`, got one in each of the namespaces `default` and `billing`. Say which: `--namespace default`.\n",
    );
    expect(await redis.hget("cron_job:billing:nightly", "status")).toBe("disabled");
    expect(await redis.hget("cron_job:default:nightly", "status")).toBe("enabled");
  });
});

test("tsq cron disable and enable switch an entry as Ruby does", async () => {
  const key = await save("nightly");

  const off = await cron(["disable", "nightly"]);
  expect(await redis.hget(key, "status")).toBe("disabled");
  const on = await cron(["enable", "nightly"]);

  expect(off.stdout).toBe("nightly is disabled\n");
  expect(on.stdout).toMatch(/^nightly is enabled; next \d{4}-\d\d-\d\d 02:00:00 UTC\n$/);
  expect(await redis.hget(key, "status")).toBe("enabled");
});

test("tsq cron enable refuses an entry whose expression is wrong, and changes nothing", async () => {
  const key = await save("nightly");
  await redis.hset(key, { cron: "61 * * * *", status: "disabled" });

  const { code, stdout, stderr } = await cron(["enable", "nightly"]);

  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^tsq: Expected the cron entry `nightly` to have an expression .*61.*load it again\.\n$/,
  );
  expect(await redis.hget(key, "status")).toBe("disabled");
});

test("tsq cron run pushes the job now, and prints its jid", async () => {
  const key = await save("nightly");

  const { stdout } = await cron(["run", "nightly"]);

  const [text = ""] = await redis.lrange("queue:default", 0, -1);
  expect(JSON.parse(text)).toMatchObject({ class: "NightlyJob", args: [7], jid: stdout.trim() });
  expect(await redis.hget(key, "last_enqueue_time")).not.toBe("");
  expect(await redis.exists("tsq:cron:claims")).toBe(0);
});

test("tsq cron run beside Ruby asks in one line what the class is, unless it is told", async () => {
  await save("nightly");
  await redis.sadd("processes", "web-1:42:ab");
  await redis.hset("web-1:42:ab", "info", JSON.stringify({ version: "7.3.2" }));

  const refused = await cron(["run", "nightly"]);
  const both = await cron(["run", "nightly", "--plain", "--active-job"]);
  expect(await redis.exists("queue:default")).toBe(0);
  const plain = await cron(["run", "nightly", "--plain"]);
  const wrapped = await cron(["run", "nightly", "--active-job"]);

  expect([refused.code, both.code, plain.code, wrapped.code]).toEqual([1, 1, 0, 0]);
  expect(refused.stderr).toMatch(
    /^tsq: Expected the cron entry `nightly` to say .*`--active-job`.*`--plain`.*\n$/,
  );
  expect(both.stderr).toContain("got both");
  const jobs = (await redis.lrange("queue:default", 0, -1)).map((text) => JSON.parse(text) as object);
  expect(jobs).toMatchObject([
    { wrapped: "NightlyJob", jid: wrapped.stdout.trim() },
    { class: "NightlyJob", args: [7], jid: plain.stdout.trim() },
  ]);
});

describe("tsq cron delete", () => {
  test("asks first, and without a terminal wants --yes", async () => {
    const key = await save("nightly", "schedule");

    const { code, stderr } = await cron(["delete", "nightly"]);

    expect(code).toBe(1);
    expect(stderr).toContain(
      "Delete the cron entry nightly (0 2 * * * UTC, NightlyJob), which a schedule file has made?",
    );
    expect(await redis.exists(key)).toBe(1);
  });

  test("deletes all that there is of it", async () => {
    await save("nightly");

    const { stdout } = await cron(["delete", "nightly", "--yes"]);

    expect(stdout).toBe("Deleted nightly\n");
    expect(await redis.keys("*")).toEqual(["tsq:audit"]);
  });
});

describe("tsq cron load", () => {
  const SCHEDULE = `
nightly: {cron: "0 2 * * *", class: NightlyJob}
weekly: {cron: "0 <%= ENV.fetch('HOUR', 3) %> * * sun", class: WeeklyJob}
`;

  test("writes a file and removes what an earlier one had, once that is confirmed", async () => {
    await save("old", "schedule");
    await save("by hand");
    const cwd = application({ "schedule.yml": SCHEDULE });

    const asked = await cron(["load", "schedule.yml"], cwd);
    expect(await redis.smembers("cron_jobs:default")).toContain("cron_job:default:old");
    const { stdout, code } = await cron(["load", "schedule.yml", "--yes"], cwd);

    expect(asked).toMatchObject({
      code: 1,
      stdout: "schedule.yml: 2 entries to write, 1 entry to remove\n  remove old\n",
    });
    expect([code, stdout.split("\n").at(-2)]).toEqual([0, "Wrote 2 entries, removed 1 entry"]);
    expect((await redis.smembers("cron_jobs:default")).toSorted()).toEqual([
      "cron_job:default:by hand",
      "cron_job:default:nightly",
      "cron_job:default:weekly",
    ]);
  });

  test("counts as unchanged what is there already as the file has it", async () => {
    const cwd = application({ "schedule.yml": SCHEDULE });
    await cron(["load", "schedule.yml"], cwd);

    const again = await cron(["load", "schedule.yml"], cwd);
    await redis.hset("cron_job:default:weekly", "cron", "0 4 * * sun");
    const mended = await cron(["load", "schedule.yml"], cwd);

    expect(again.stdout).toBe("Wrote 0 entries, 2 unchanged, removed 0 entries\n");
    expect(mended.stdout).toContain("Wrote 1 entry, 1 unchanged, ");
    expect(await redis.hget("cron_job:default:weekly", "cron")).toBe("0 3 * * sun");
  });

  test("with --dry-run says what it would do, and does nothing", async () => {
    await save("old", "schedule");
    const cwd = application({ "schedule.yml": SCHEDULE });

    const { code, stdout } = await cron(["load", "schedule.yml", "--dry-run"], cwd);

    expect([code, stdout]).toEqual([
      0,
      "schedule.yml: 2 entries to write, 1 entry to remove\n  remove old\n",
    ]);
    expect(await redis.smembers("cron_jobs:default")).toEqual(["cron_job:default:old"]);
    expect(await redis.exists("tsq:audit")).toBe(0);
  });

  test("leaves out what is wrong, says where, and exits with 1", async () => {
    const cwd = application({ "schedule.yml": `${SCHEDULE}bad: {cron: "0 2 * *", class: A}\n` });

    const { code, stdout, stderr } = await cron(["load", "schedule.yml"], cwd);

    expect(code).toBe(1);
    expect(stdout).toContain("leave out: schedule.yml:4: In the cron entry `bad`: ");
    expect(stderr).toContain("got 1 entry that is not: bad. The others are loaded");
    expect(await redis.scard("cron_jobs:default")).toBe(2);
    const again = await cron(["load", "schedule.yml", "--dry-run"], cwd);
    expect(again.stderr).toContain("not: bad. The others are loaded as they are; correct");
  });

  test("says which entries Redis has refused, and exits with 1", async () => {
    await redis.set("cron_job:default:weekly", "something else");
    const cwd = application({ "schedule.yml": SCHEDULE });

    const { code, stdout, stderr } = await cron(["load", "schedule.yml"], cwd);
    const json = await cron(["load", "schedule.yml", "--json"], cwd);

    expect([code, json.code]).toEqual([1, 1]);
    expect(stdout).toContain(
      "not written: Expected the keys of the cron entry `weekly` to be those of an entry",
    );
    expect(stdout).toContain("Wrote 1 entry, ");
    expect(stderr).toContain("got 1 entry that is not: weekly. The others are loaded");
    expect(JSON.parse(json.stdout)).toMatchObject({ loaded: ["nightly"], refused: [{ name: "weekly" }] });
  });

  test("of a file that is not there says so", async () => {
    const { code, stderr } = await cron(["load", "none.yml"]);

    expect([code, stderr]).toEqual([
      1,
      "tsq: There is no schedule file `none.yml`. Correct `cron_schedule_file`, or the path that names it.\n",
    ]);
  });
});
