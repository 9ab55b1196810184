/** What `authorize` keeps somebody from is not done by the clock's entries either: each is asked about with what it pushes, and where. */
import { CronSchedule } from "tsq/cron";
import type { Authorize } from "tsq/web";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { trail } from "../../support/door-world.ts";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
let schedule: CronSchedule;

beforeAll(() => {
  schedule = new CronSchedule({ redis: stage.server.url });
});
afterAll(() => schedule.close());

/** The example of docs/dashboard.md. */
const NO_PAYMENTS: Authorize = (user, action, { queue }) =>
  action === "look" || queue === undefined || queue !== "payments" || user.name === "root";
/** The same by what runs. */
const NO_SETTLING: Authorize = (user, action, subject) =>
  action === "look" || subject.class !== "Settle" || user.name === "root";

beforeEach(async () => {
  await schedule.set("settle", { cron: "0 3 * * *", class: "Settle", queue: "payments" });
  await schedule.set("greet", { cron: "0 4 * * *", class: "Greet", queue: "mail" });
});

const serve = (authorize: Authorize, name = "mira") =>
  stage.serve({ auth: () => ({ name, role: "admin" }), authorize });

/** Which entries there are, which are on, and how many jobs they have pushed. */
const state = async () => ({
  entries: (await schedule.entries()).map(({ name, status }) => [name, status]),
  pushed: (await stage.redis.llen("queue:payments")) + (await stage.redis.llen("queue:mail")),
});

describe.each([
  ["queue", NO_PAYMENTS],
  ["class", NO_SETTLING],
] as const)("by the %s of an entry", (_, authorize) => {
  test.each(["/cron/settle", "/cron/namespaces/default/jobs/settle"])(
    "nothing is done to %s",
    async (own) => {
      const dashboard = await serve(authorize);
      const before = await state();

      for (const verb of ["enque", "enqueue", "disable", "enable", "delete"])
        expect([verb, (await dashboard.post(`${own}/${verb}`)).status]).toEqual([verb, 403]);
      for (const verb of ["enque", "delete"])
        expect([verb, (await dashboard.get(`${own}/${verb}`)).status]).toEqual([verb, 403]);

      expect(await state()).toEqual(before);
      const [first] = await trail(stage.redis);
      expect(first).toMatchObject({ action: "cron.run", outcome: "refused", count: 0 });
      expect(first?.subject).toContain("payments");
    },
  );

  test("and its buttons say so, on the list and on its page", async () => {
    const dashboard = await serve(authorize);

    const rows = (await dashboard.get("/cron")).text.split(/<tr |<\/tr>/);
    const page = (await dashboard.get("/cron/settle")).text;

    const [settle, greet] = ["settle", "greet"].map(
      (name) => rows.find((row) => row.includes(`<bdi>${name}</bdi></b></a>`)) ?? "",
    );
    const refused = 'disabled title="You may not do this."';
    expect(settle?.split(refused)).toHaveLength(3);
    expect(settle).not.toContain("<form");
    expect(greet).toContain('action="/cron/greet/enque"');
    expect(greet).not.toContain(refused);
    expect(page.split(refused)).toHaveLength(4);
  });

  test("and whoever may and another entry are not kept from anything", async () => {
    const [mira, root] = [await serve(authorize), await serve(authorize, "root")];

    expect((await mira.post("/cron/greet/enque")).status).toBe(302);
    expect((await root.post("/cron/settle/enque")).status).toBe(302);
    expect((await mira.post("/cron/greet/disable")).status).toBe(302);
    expect((await root.post("/cron/settle/delete")).status).toBe(302);

    expect(await state()).toEqual({ entries: [["greet", "disabled"]], pushed: 2 });
  });
});
