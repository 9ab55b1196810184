/** Work on many jobs of which nobody knows all that came of it: every page that tells of it says so, on every dashboard. */
import { describe, expect, test } from "vitest";
import type { Served } from "../../support/dashboard.ts";
import { eventually } from "../../support/eventually.ts";
import { setLostAnswer } from "../../support/troubled-redis.ts";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
const lostAnswer = setLostAnswer(stage);

const payload = (jid: string) =>
  JSON.stringify({ class: "HardJob", args: [], jid, queue: "low", created_at: 1 });

/** The hidden fields of a question. */
const fieldsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      .map(([, name = "", value = ""]) => [name, value.replaceAll("&#x3a;", ":")] as const)
      .filter(([name]) => name !== "authenticity_token" && name !== "theme"),
  );

/** Asks, lets something happen, and says yes. */
const sayYes = async (dashboard: Served, path: string, between: () => Promise<unknown>, typed = "") => {
  const { text } = await dashboard.get(path);
  await between();
  const { status } = await dashboard.post(path, { ...fieldsOf(text), typed });
  expect(status).toBe(302);
};

/** The way to the page of the work that its list tells of, when it has ended. */
const pageOf = (dashboard: Served, list: string, end: string): Promise<string> =>
  eventually(async () => {
    const { text } = await dashboard.get(list);
    expect(text).toContain(end);
    return /href="(\/bulk\/[^"]*)"/.exec(text)?.[1] ?? "";
  });

describe("jobs of a queue that nobody can tell from what came since", () => {
  const SAID = "At most 5 left alone: nobody can tell them from what has come since.";

  test("are told of where the list says what was done, on the page of the work, and by another dashboard", async () => {
    const [dashboard, other] = [await stage.serve(), await stage.serve()];
    await stage.redis.sadd("queues", "low");
    await stage.redis.lpush("queue:low", ...Array.from({ length: 100 }, (_, i) => payload(`j${i}`)));

    await sayYes(
      dashboard,
      "/queues/low/all/delete",
      async () => {
        await stage.redis.lpop("queue:low", 12);
        await stage.redis.lpush("queue:low", payload("later"));
      },
      "100",
    );

    const own = await pageOf(dashboard, "/queues/low", "84 jobs were deleted.");
    expect((await dashboard.get("/queues/low")).text).toContain(SAID);
    for (const one of [dashboard, other]) {
      const { text } = await one.get(own);
      expect(text).toContain(SAID);
      expect(text).toContain("<dt>May have come since: left alone</dt><dd>5</dd>");
      expect(text).toContain('href="/queues/low/all/delete"');
      expect(text).not.toContain("All of them were gone through.");
    }
  });
});

describe("a lost answer", () => {
  const SAID = "An answer of Redis was lost: more may be done than was counted.";

  test("is told of in the same places", async () => {
    const trouble = lostAnswer();
    const [dashboard, other] = [await stage.serve({ redis: trouble.url }), await stage.serve()];
    await stage.redis.zadd("retry", 1, payload("a"), 2, payload("b"));

    await sayYes(dashboard, "/retries/all/delete", trouble.begin);

    const own = await pageOf(dashboard, "/retries", "0 jobs were deleted.");
    expect((await dashboard.get("/retries")).text).toContain(SAID);
    for (const one of [dashboard, other]) {
      await eventually(async () => expect((await one.get(own)).text).toContain(SAID));
    }
  });

  test("is none where nothing was lost", async () => {
    const dashboard = await stage.serve();
    await stage.redis.zadd("retry", 1, payload("a"), 2, payload("b"));

    await sayYes(dashboard, "/retries/all/delete", async () => {});

    const own = await pageOf(dashboard, "/retries", "2 jobs were deleted.");
    for (const path of ["/retries", own]) {
      expect((await dashboard.get(path)).text).not.toMatch(/was lost|left alone: nobody/);
    }
  });
});
