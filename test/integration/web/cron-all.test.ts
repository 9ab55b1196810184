/** The buttons for all entries of the schedule page: what they touch, and what they leave in the audit trail. */
import { Redis } from "ioredis";
import { CronSchedule } from "tsq/cron";
import type { Authorize } from "tsq/web";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from "vitest";
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

const serve = async (authorize?: Authorize): Promise<Served> => {
  const auth = () => ({ name: "mira", role: "admin" as const });
  const dashboard = await serveDashboard({
    redis: stage.server.url,
    ...(authorize && { auth, authorize }),
  });
  onTestFinished(() => dashboard.stop());
  return dashboard;
};

const names = async () => (await schedule.entries()).map(({ name }) => name);

/** The fields of a question, as its form sends them. */
const fieldsOf = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)].map(
      ([, name = "", value = ""]) => [name, value],
    ),
  );

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

describe("what may not be done to one entry is not done to it among all", () => {
  test.each([
    ["delete", "delete", async () => expect(await names()).toEqual(["billing"])],
    ["run", "enque", async () => expect(await stage.redis.llen("queue:default")).toBe(2)],
    ["disable", "disable", async () => expect((await schedule.find("billing"))?.status).toBe("enabled")],
  ] as const)("%s", async (verb, path, check) => {
    for (const name of ["a", "b", "billing"]) await make(name);
    const dashboard = await serve(
      (_, action, { name }) => !(action === `cron.${verb}` && name === "billing"),
    );

    const asked = await dashboard.get(`/cron/__all__/${path}`);
    await dashboard.post(`/cron/__all__/${path}`);

    expect(asked.text).toMatch(/<h1>\w+ 2 entries/);
    expect(asked.text).toContain("billing: You may not do this.");
    await check();
    expect((await dashboard.get("/cron")).text).toContain("billing: You may not do this.");
    // It was no attempt.
    expect((await trail(stage.redis)).map(({ action, count }) => [action, count])).toEqual([
      [`cron.${verb}_all`, 2],
    ]);
  });

  test("enable", async () => {
    for (const name of ["a", "billing"]) await (await make(name)).disable();
    const dashboard = await serve((_, action, { name }) => !(action === "cron.enable" && name === "billing"));

    await dashboard.post("/cron/__all__/enable");

    expect((await schedule.entries()).map(({ status }) => status)).toEqual(["enabled", "disabled"]);
  });

  test("nor is there a question where it may be done to none", async () => {
    await make("billing");
    const dashboard = await serve((_, action) => action !== "cron.delete");

    const { status, location } = await dashboard.get("/cron/__all__/delete");

    expect({ status, location }).toEqual({ status: 302, location: "/cron" });
    expect((await dashboard.get("/cron")).text).toContain("billing: You may not do this.");
  });
});

test("what is loaded between the question and its answer stays", async () => {
  for (const name of ["a", "b"]) await make(name);
  const dashboard = await serve();
  const { text } = await dashboard.get("/cron/__all__/delete");
  await make("c");

  await dashboard.post("/cron/__all__/delete", fieldsOf(text));

  expect(text).toContain("Delete 2 entries?");
  expect(await names()).toEqual(["c"]);
});

test("a hundred entries are deleted only by whoever types how many they are", async () => {
  for (let i = 0; i < 100; i++) await make(`e${i}`);
  const dashboard = await serve();
  const { text } = await dashboard.get("/cron/__all__/delete");
  const form = fieldsOf(text);

  const untyped = await dashboard.post("/cron/__all__/delete", form);

  expect(text).toContain('name="typed" pattern="100"');
  expect([untyped.status, untyped.text]).toEqual([422, "Nothing was changed: type 100 to go on."]);
  expect(await names()).toHaveLength(100);
  await dashboard.post("/cron/__all__/delete", { ...form, typed: "100" });
  expect(await names()).toEqual([]);
});

test("all entries can be run from the page, and enabled where one of them would then fire", async () => {
  await make("a");
  await stage.redis.sadd("cron_jobs:default", "cron_job:default:broken");
  const wrong = {
    name: "broken",
    namespace: "default",
    cron: "now and then",
    class: "A",
    status: "disabled",
  };
  await stage.redis.hset("cron_job:default:broken", wrong);
  const dashboard = await serve();

  const one = await dashboard.get("/cron");
  await (await schedule.find("a"))?.disable();
  const other = await dashboard.get("/cron");

  expect(one.text).toContain("broken");
  expect(one.text).toMatch(/href="\/cron\/__all__\/enqueue"[^>]*>Run all now…/);
  expect(one.text).not.toContain("Enable all…");
  expect(other.text).toContain("Enable all…");
});

test("the buttons of a namespace are for its entries alone", async () => {
  await make("a");
  await schedule.set("b", { cron: "0 3 * * *", class: "SyncJob", namespace: "shop" });
  const dashboard = await serve();

  const { text } = await dashboard.get("/cron/namespaces/shop");
  const asked = await dashboard.get("/cron/namespaces/shop/all/delete");
  await dashboard.post("/cron/namespaces/shop/all/delete", fieldsOf(asked.text));

  expect(text).toContain('href="/cron/namespaces/shop/all/delete"');
  expect(asked.text).toContain("Delete 1 entry?");
  expect((await stage.redis.keys("cron_job:*:*")).filter((key) => /:[ab]$/.test(key))).toEqual([
    "cron_job:default:a",
  ]);
});

describe("entries that one may not look at", () => {
  const NO_PAYROLL: Authorize = (_, action, subject) => action !== "look" || subject.class !== "Payroll";
  const hide = (namespace = "default") =>
    schedule.set("secret", { cron: "0 3 * * *", class: "Payroll", namespace });

  test("are not said to be none, where there are no others", async () => {
    await hide();
    const dashboard = await serve(NO_PAYROLL);

    const { text } = await dashboard.get("/cron");

    expect(text).toContain("<h1>0 cron entries</h1>");
    expect(text).toContain('title="You may not do this."');
    expect(text).not.toMatch(/No cron entry yet|tsq cron load|secret|Payroll/);
  });

  test("are not told of by a namespace", async () => {
    await hide("shop");
    await make("a");
    const dashboard = await serve(NO_PAYROLL);

    const [there, nowhere] = [
      (await dashboard.get("/cron/namespaces/shop")).text,
      (await dashboard.get("/cron/namespaces/nowhere")).text,
    ];

    expect(there).not.toContain('title="You may not do this."');
    for (const text of [there, nowhere]) expect(text).toContain("Nothing fits the filter.");
  });
});

test("entries that are left alone are named so that nothing is turned round, and with the reason behind them", async () => {
  for (const name of ["a\u202egnillib", ..."bcdef".split("").map((letter) => letter.repeat(150)), "mine"])
    await make(name);
  const dashboard = await serve((_, action, { name }) => action !== "cron.delete" || name === "mine");

  const { text: question } = await dashboard.get("/cron/__all__/delete");
  // As sidekiq-cron sends it, which has asked nothing.
  const { location = "" } = await dashboard.post("/cron/__all__/delete");
  const { text: said } = await dashboard.get(location);

  for (const text of [question, said]) {
    expect(text).toMatch(/a\\u202egnillib, b{30}….*: You may not do this\./);
    expect(text).not.toContain("\u202e");
  }
  expect(await names()).toHaveLength(6);
});
