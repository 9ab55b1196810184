/** What was to happen and has not: it is said as what was due, and not as what will be. */
import { describe, expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();
const { serve } = stage;

const payload = JSON.stringify({
  class: "HardJob",
  args: [1],
  jid: "a1",
  queue: "default",
  created_at: 1,
  retry_count: 0,
  error_class: "Boom",
  failed_at: 1,
});
const put = (set: string, seconds: number) => stage.redis.zadd(set, Date.now() / 1_000 + seconds, payload);
const textOf = async (path: string) =>
  (await stage.dashboard.get(path)).text.replaceAll(/<svg.*?<\/svg>|<[^>]*>/gs, "").replaceAll(/\s+/g, " ");

describe.each([
  ["retry", "/retries", "It has failed, and its next try was due 2 min ago.", "and tries again: in"],
  [
    "schedule",
    "/scheduled",
    "It was due on its queue 2 min ago, and is not there yet.",
    "goes to its queue at its time: in",
  ],
])("in %s", (set, list, late, early) => {
  test("a job that is overdue says so on its page, in its list and where it is found", async () => {
    await put(set, -150);

    const page = await textOf("/jobs/a1");
    expect(page).toContain(late);
    expect(page).toMatch(/(?:Tries again|Runs) ?was due 2 min ago/);
    expect(await textOf(list)).toContain("was due 2 min ago");
    expect(await textOf("/search?q=class:HardJob")).toContain("was due 2 min ago");
  });

  test("one whose time is to come, or has come just now, is not overdue", async () => {
    await put(set, 150);
    expect(await textOf("/jobs/a1")).toContain(early);

    await stage.redis.del(set);
    await put(set, -1);
    for (const path of ["/jobs/a1", list]) expect(await textOf(path)).not.toContain("was due");
  });
});

test("when the dead have died is said as before", async () => {
  await put("dead", -150);

  expect(await textOf("/morgue")).not.toContain("was due");
  expect(await textOf("/jobs/a1")).not.toContain("was due");
});

test("it is said in other languages", async () => {
  const dashboard = await serve();
  await dashboard.post("/change_locale", { locale: "de" });
  await put("retry", -150);

  const { text } = await dashboard.get("/retries");

  expect(text.replaceAll(/<[^>]*>/g, "")).toContain("war vor 2 min fällig");
});
