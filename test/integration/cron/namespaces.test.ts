/** Namespaces of sidekiq-cron 2.x: which fire, which a schedule writes and removes, and what is seen of them. */
import { defineJob } from "@tsq/core";
import { CronSchedule, defineCron } from "@tsq/cron";
import { cron } from "tsq/cron";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { cronPoller } from "../../support/cron.ts";
import { eventually } from "../../support/eventually.ts";
import { fileOf, hurriedCron, NEVER, OFTEN } from "../../support/hurried-cron.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

const job = defineJob("BillJob", { queue: "bills" }, () => {});
const BILLING = "cron_job:billing:bill";
const FILE = 'bill: {cron: "* * * * *", class: BillJob, namespace: billing}\n';

/** An entry of a namespace, as another process has made it long before the clock of the tests. */
const save = async (namespace: string, name = "bill") => {
  await using schedule = new CronSchedule({ redis: server.url, namespaces: [namespace], layout: "2.x" });
  await schedule.load({ [name]: { cron: "* * * * *", class: "BillJob" } }, { removeOthers: true });
};
const fired = async (key: string): Promise<string> =>
  (await workers.redis.hget(key, "last_enqueue_time")) ?? "";

describe("a worker", () => {
  const start = (options: Parameters<typeof hurriedCron>[0], own: object = {}) =>
    workers.start({ jobs: [job], extensions: [hurriedCron(options)], ...OFTEN, ...own });

  test("fires the entries of its own schedule, whichever namespace they name", async () => {
    await save("billing");

    await start({ file: fileOf(FILE) });

    await eventually(async () => expect(await fired(BILLING)).toBe("2030-01-01 09:00:03 +0000"));
    await eventually(() =>
      expect(workers.log).toContainEqual(
        expect.objectContaining({
          msg: "Cron entry fired",
          entry: "bill",
          namespace: "billing",
          jid: expect.stringMatching(/^[0-9a-f]{24}$/),
          class: "BillJob",
          queue: "bills",
        }),
      ),
    );
  });

  test("leaves those of other namespaces, and says once how they would fire", async () => {
    await save("billing");

    await start({});

    await eventually(() =>
      expect(workers.log).toContainEqual(
        expect.objectContaining({ msg: expect.stringContaining("cron_namespaces"), namespaces: ["billing"] }),
      ),
    );
    expect(await fired(BILLING)).toBe("");
  });

  test("fires those of the namespaces that it is told, by cron() before `cronNamespaces`", async () => {
    await save("billing");
    await save("other");

    await start({ namespaces: ["default", "billing"] }, { cronNamespaces: ["other"] });

    await eventually(async () => expect(await fired(BILLING)).not.toBe(""));
    expect(await fired("cron_job:other:bill")).toBe("");
  });

  test("fires those of all namespaces with `auto`", async () => {
    await save("billing");
    await save("other");

    await start({}, { cronNamespaces: "auto" });

    await eventually(async () => expect(await fired(BILLING)).not.toBe(""));
    await eventually(async () => expect(await fired("cron_job:other:bill")).not.toBe(""));
  });

  test("says once, with the remedy, that it may not look for namespaces", async () => {
    await save("billing");
    await save("default");
    await workers.redis.acl("SETUSER", "no-scan", "on", ">password", "~*", "&*", "+@all", "-scan");
    onTestFinished(async () => void (await workers.redis.acl("DELUSER", "no-scan")));

    await start(
      {},
      { cronNamespaces: "auto", redis: server.url.replace("redis://", "redis://no-scan:password@") },
    );

    await eventually(async () => expect(await fired("cron_job:default:bill")).not.toBe(""));
    await eventually(() =>
      expect(workers.messages(40)).toEqual([expect.stringMatching(/default.*`\+scan`.*`cron_namespaces`/)]),
    );
    expect(await fired(BILLING)).toBe("");
  });

  test("moves an entry of a namespace that it is not told to the first of them, and warns", async () => {
    await start({ file: fileOf(FILE), namespaces: ["default"] });

    expect(await workers.redis.exists(BILLING)).toBe(0);
    expect(await workers.redis.hget("cron_job:default:bill", "namespace")).toBe("default");
    expect(workers.log).toContainEqual(
      expect.objectContaining({
        level: 40,
        msg: expect.stringContaining("is not among those of this process"),
        entry: "bill",
        namespace: "billing",
      }),
    );
  });

  test("removes what an earlier file had in a namespace, and nothing of the namespaces of others", async () => {
    await save("other", "old");
    const old = fileOf('old: {cron: "* * * * *", class: BillJob, namespace: billing}\n');
    await workers.start({ jobs: [job], extensions: [cron({ file: old })], ...NEVER });

    await workers.start({ jobs: [job], extensions: [cron({ file: fileOf(FILE) })], ...NEVER });

    expect(await workers.redis.smembers("cron_jobs:billing")).toEqual([BILLING]);
    expect(await workers.redis.smembers("cron_jobs:other")).toEqual(["cron_job:other:old"]);
  });

  test("removes an entry from the namespace that it has left", async () => {
    await save("default");

    await workers.start({ jobs: [job], extensions: [cron({ file: fileOf(FILE) })], ...NEVER });

    expect(await workers.redis.smembers("cron_jobs:default")).toEqual([]);
    expect(await workers.redis.smembers("cron_jobs:billing")).toEqual([BILLING]);
  });

  test("fires what code defines in a namespace", async () => {
    const entry = defineCron("bill", { cron: "* * * * *", class: job, namespace: "billing" });

    await save("billing");

    await start({ entries: [entry] });

    await eventually(async () => expect(await fired(BILLING)).not.toBe(""));
  });
});

describe("a program", () => {
  test("sees the entries of all namespaces, and of those alone that it names", async () => {
    await save("default");
    await save("billing");

    await using all = new CronSchedule({ redis: server.url });
    await using one = new CronSchedule({ redis: server.url, namespaces: ["billing"] });

    expect((await all.entries()).map(({ namespace, name }) => [namespace, name])).toEqual([
      ["default", "bill"],
      ["billing", "bill"],
    ]);
    expect((await one.entries()).map(({ key }) => key)).toEqual([BILLING]);
  });

  test("makes an entry in a namespace that was none, and gets it", async () => {
    await using schedule = new CronSchedule({ redis: server.url, namespaces: ["default"] });

    const entry = await schedule.set("bill", { cron: "@daily", class: "BillJob", namespace: "billing" });

    expect(entry.key).toBe(BILLING);
  });

  test("sees what was missed in a namespace, by its own name", async () => {
    await save("billing");
    const { poll } = cronPoller(workers.redis, { namespaces: ["default", "billing"] });
    const from = Math.floor(Date.now() / 60_000) * 60_000 + 600_000;
    const at = (ms: number): string => new Date(from + ms).toISOString();
    await poll(at(10_000));
    await poll(at(190_000));

    await using schedule = new CronSchedule({ redis: server.url });

    expect((await schedule.missed())[0]).toMatchObject({ entry: "bill", namespace: "billing", key: BILLING });
  });
});
