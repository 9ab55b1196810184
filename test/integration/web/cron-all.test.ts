/** What the buttons for all entries of the schedule page leave in the audit trail: how many were really changed. */
import { Redis } from "ioredis";
import { CronSchedule } from "tsq/cron";
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { BROKEN, refuse, trail } from "../../support/door-world.ts";
import { setRedis } from "../../support/empty-redis.ts";

const stage = setRedis();
let schedule: CronSchedule;

beforeAll(() => {
  schedule = new CronSchedule({ redis: stage.server.url });
});
afterAll(() => schedule.close());
afterEach(() => void vi.restoreAllMocks());

const serve = async (): Promise<Served> => {
  const dashboard = await serveDashboard({ redis: stage.server.url });
  onTestFinished(() => dashboard.stop());
  return dashboard;
};

const make = (name: string) => schedule.set(name, { cron: "0 3 * * * Europe/Berlin", class: "SyncJob" });

test("what is done to all entries is written down with how many they were", async () => {
  for (const name of ["a", "b", "c"]) await make(name);
  await (await schedule.find("a"))?.disable();
  const dashboard = await serve();

  for (const verb of ["disable", "enque"]) await dashboard.post(`/cron/__all__/${verb}`);

  expect((await trail(stage.redis)).map(({ action, count }) => [action, count])).toEqual([
    ["cron.disable_all", 2],
    ["cron.run_all", 3],
  ]);
});

test("what is done to all entries is counted without those that were deleted meanwhile", async () => {
  for (const name of ["a", "b", "c"]) await make(name);
  const [, b] = await schedule.entries();
  const dashboard = await serve();
  // oxlint-disable-next-line typescript/unbound-method -- each connection calls it as its own
  const send = Redis.prototype.sendCommand;
  vi.spyOn(Redis.prototype, "sendCommand").mockImplementation(function (this: Redis, command, ...rest) {
    if (command.name !== "evalsha" || !command.args.includes(b?.key ?? ""))
      return send.call(this, command, ...rest);
    void stage.redis.unlink(b?.key ?? "").then(() => send.call(this, command, ...rest));
    return command.promise;
  });

  const { headers } = await dashboard.post("/cron/__all__/disable");

  expect(decodeURIComponent(headers.getSetCookie().join())).toContain("2 entries are disabled.");
  expect((await trail(stage.redis)).map(({ action, count }) => [action, count])).toEqual([
    ["cron.disable_all", 2],
  ]);
});

test("what is done to all entries and breaks off is written down with as many as it was done to", async () => {
  for (const name of ["a", "b", "c"]) await make(name);
  const [, b] = await schedule.entries();
  const dashboard = await serve();
  refuse(/^(?:evalsha|eval)$/, b?.key ?? "");

  await dashboard.post("/cron/__all__/disable");

  expect(await trail(stage.redis)).toMatchObject([
    { action: "cron.disable_all", outcome: "failed", count: 1, note: expect.stringContaining(BROKEN) },
  ]);
});
