/** Forms of work on many jobs, whatever they say of themselves, and what is written down of it. */
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const fill = (set: string, count: number) => {
  const job = { class: "HardJob", args: [], queue: "default", created_at: 1 };
  const entries = Array.from({ length: count }, (_, i) => [
    i + 1,
    JSON.stringify({ ...job, jid: `${set}${i}` }),
  ]);
  return stage.redis.zadd(set, ...entries.flat());
};

describe("a form", () => {
  const all = { q: "", as_of: `${Date.now()}` };
  const trail = async () =>
    (JSON.parse((await stage.dashboard.get("/audit?as=json")).text) as Record<string, unknown>[]).map(
      ({ action, outcome, count, note }) => [action, outcome, count, note],
    );

  test("that says of how few jobs it is, or nothing, deletes no hundred without their number", async () => {
    await fill("dead", 120);

    for (const more of [
      {},
      { expected: "1" },
      { expected: "1", typed: "1" },
      { expected: "119", typed: "119" },
    ]) {
      expect((await stage.dashboard.post("/morgue/all/delete", { ...all, ...more })).status).toBe(422);
    }
    expect(await stage.redis.zcard("dead")).toBe(120);
  });

  test("with the id of other work begins its own, and each is written down with what came of it", async () => {
    await fill("dead", 3);
    await fill("retry", 2);
    const id = "the-id-of-both-of-them";

    await stage.dashboard.post("/morgue/all/retry", { ...all, id });
    await stage.dashboard.post("/morgue/all/retry", { ...all, id });
    await stage.dashboard.post("/retries/all/retry", { ...all, id });

    await eventually(async () => expect(await stage.redis.llen("queue:default")).toBe(5));
    await eventually(async () =>
      expect(await trail()).toEqual([
        ["set.retry", "done", 2, ""],
        ["set.retry", "done", 3, ""],
      ]),
    );
  });

  test("of work that goes on leaves its beginning, and at its end the real count", async () => {
    await fill("dead", 200);
    const { location = "" } = await stage.dashboard.post("/morgue/all/retry", {
      ...all,
      expected: "200",
      pace: "3600",
    });

    await stage.dashboard.post(location, { cancel: "1" });

    await eventually(async () => expect(await trail()).toHaveLength(3));
    const entries = await trail();
    const done = 200 - (await stage.redis.zcard("dead"));
    expect(entries).toContainEqual(["set.retry.begin", "done", 0, ""]);
    expect(entries).toContainEqual(["set.retry.end", "done", 0, ""]);
    expect(entries).toContainEqual(["set.retry", "done", done, "ended early"]);
    // In words, as everything there.
    const { text } = await stage.dashboard.get("/audit");
    expect(text).toContain("<b>Retried all</b> <small>Began</small>");
    expect(text).toContain("<b>Retried all</b> <small>Ended</small>");
  });

  test("of work that could be done to none of them is written down as failed", async () => {
    await fill("dead", 2);
    await stage.redis.set("queue:default", "no list");

    const { location } = await stage.dashboard.post("/morgue/all/retry", all);

    expect(location).toMatch(/^\/bulk\//);
    await eventually(async () =>
      expect(await trail()).toEqual([["set.retry", "failed", 0, "2 gone or refused"]]),
    );
  });
});
