/** The ACL rule for workers in docs/operating.md is enough for the cron schedule too: to load, fire, repair and change it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CronSchedule } from "@tsq/cron";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cronPoller, saveCron } from "../../support/cron.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const DOCUMENT = readFileSync(join(import.meta.dirname, "../../../docs/operating.md"), "utf8");
const RULE = /^ACL SETUSER tsq on >password (.*)$/m.exec(DOCUMENT)?.[1]?.split(" ") ?? [];

if (!hasNativeRedis()) console.warn("Skipped: the rights of cron, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("a user with the documented rights of a worker", () => {
  let server: TestRedis;
  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
  });
  afterAll(() => server.stop());

  test("loads, fires, misses, makes up, repairs and changes entries, and is refused nothing", async () => {
    const admin = server.client();
    await admin.acl("SETUSER", "tsq", "reset", "on", ">password", ...RULE, "+scan");
    const url = server.url.replace("redis://", "redis://tsq:password@");
    const redis = server.client({ replyMapping: "legacy", username: "tsq", password: "password" });
    const at = "2030-01-01T08:59:30Z";
    const { poll, told } = cronPoller(redis);
    await saveCron(
      redis,
      "a",
      { cron: "* * * * *", class: "AJob", catch_up: "all", overlap: "queue" },
      { at },
    );
    await saveCron(redis, "b", { cron: "0 * * * *", class: "BJob", jitter: 5 }, { at });
    await redis.hset("tsq:cron:claims", "cron_job:default:b\n2030-01-01T08:30:00Z", "1 x 1");

    // A time that only the server can tell to be one to come.
    await redis.hset("cron_job:default:b", "last_enqueue_time", "2101-01-01 00:00:00 +0000");

    for (const time of ["09:00:10", "09:01:10", "09:05:10"]) await poll(`2030-01-01T${time}Z`);
    await using schedule = new CronSchedule({ redis: url });
    const loaded = await schedule.load({ c: { cron: "@daily", class: "CJob" } }, { removeOthers: true });
    const entry = await schedule.find("c");
    await entry?.disable();
    await entry?.enable();
    await entry?.run();
    await entry?.history();
    await schedule.missed();
    await entry?.delete();

    expect(told.failures).toEqual([]);
    expect(told.misses.length).toBeGreaterThan(0);
    expect(loaded.loaded).toEqual(["c"]);
    const refused = ((await admin.acl("LOG")) as string[][]).map((line) => line[line.indexOf("object") + 1]);
    expect(refused.filter((object) => !/^client\|setinfo$/.test(object ?? ""))).toEqual([]);
  });

  test("sees the namespace `default` alone where it may not look for others", async () => {
    const admin = server.client();
    await admin.acl("SETUSER", "tsq", "reset", "on", ">password", ...RULE);
    await admin.flushdb();
    await saveCron(admin, "a", { cron: "@daily", class: "AJob" }, { at: "2030-01-01T08:59:30Z" });

    await using schedule = new CronSchedule({
      redis: server.url.replace("redis://", "redis://tsq:password@"),
    });

    expect((await schedule.entries()).map(({ name }) => name)).toEqual(["a"]);
  });
});
