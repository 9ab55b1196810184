/** What can be done to a job stands in one table: the page of a job, the lists, the forms and the questions keep to it. */
import { JOB_DEEDS } from "@tsq/core/config";
import { describe, expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const PLACES = [
  ["queue", "/queues/q", "a1"],
  ["retry", "/retries", "1-a1"],
  ["scheduled", "/scheduled", "1-a1"],
  ["dead", "/morgue", "1-a1"],
] as const;
const KEYS = { retry: "retry", scheduled: "schedule", dead: "dead" } as const;
const VERBS = ["retry", "add_to_queue", "kill", "delete"] as const;

const put = async (place: (typeof PLACES)[number][0]) => {
  const job = JSON.stringify({ class: "A", args: [], jid: "a1", queue: "q", retry: true });
  await stage.redis.sadd("queues", "q");
  if (place === "queue") await stage.redis.lpush("queue:q", job);
  else await stage.redis.zadd(KEYS[place], 1, job);
};
const isThere = async (place: (typeof PLACES)[number][0]): Promise<boolean> =>
  (await (place === "queue" ? stage.redis.llen("queue:q") : stage.redis.zcard(KEYS[place]))) > 0;

describe.each(PLACES)("a job in %s", (place) => {
  test("has a button for each on its page, and for no other", async () => {
    await put(place);

    const { text } = await stage.dashboard.get("/jobs/a1");

    const has = VERBS.filter((verb) => text.includes(`/jobs/a1/${verb}"`) || text.includes(`name="${verb}"`));
    expect(has).toEqual(VERBS.filter((verb) => JOB_DEEDS[place].includes(verb)));
  });

  test.each(VERBS)("is told to %s, or not, by the form of its page", async (verb) => {
    await put(place);

    await stage.dashboard.post("/jobs/a1", { [verb]: "1" });

    expect(await isThere(place)).toBe(!JOB_DEEDS[place].includes(verb));
  });
});

describe.each(PLACES.slice(1))("a job in the list of %s", (place, list, key) => {
  test.each(VERBS)("is told to %s, or not, by the forms of its list", async (verb) => {
    await put(place);
    const can = JOB_DEEDS[place].includes(verb);

    expect((await stage.dashboard.get(list)).text.includes(`${list}/all/${verb}`)).toBe(can);
    expect((await stage.dashboard.get(`${list}/${key}/${verb}`)).status).toBe(can ? 200 : 404);
    await stage.dashboard.post(`${list}/${key}`, { [verb]: "1" });

    expect(await isThere(place)).toBe(!can);
  });
});

describe("a job in the list of a queue", () => {
  test.each(VERBS)("is told to %s, or not, by the forms of its list", async (verb) => {
    await put("queue");
    const can = JOB_DEEDS.queue.includes(verb);

    expect((await stage.dashboard.get("/queues/q")).text.includes(`"/queues/q/${verb}?key=a1"`)).toBe(can);
    expect((await stage.dashboard.get(`/queues/q/${verb}?key=a1`)).status).toBe(can ? 200 : 404);
    await stage.dashboard.post(`/queues/q/${verb}`, { "key[]": "a1" });

    expect(await isThere("queue")).toBe(!can);
    expect(await stage.redis.zcard("dead")).toBe(verb === "kill" ? 1 : 0);
  });

  test("is killed with others that are ticked, and what is gone by then is said", async () => {
    const { redis, dashboard } = stage;
    await put("queue");
    for (const jid of ["b2", "c3"])
      await redis.lpush("queue:q", JSON.stringify({ class: "A", args: [], jid, queue: "q", retry: true }));
    const { text } = await dashboard.get("/queues/q");

    await dashboard.post("/queues/q/kill", { "key[]": ["a1", "c3", "gone"] });

    expect(text).toContain('name="kill" value="1" formaction="/queues/q/kill"');
    expect([await redis.llen("queue:q"), await redis.zcard("dead")]).toEqual([1, 2]);
    expect((await dashboard.get("/queues/q")).text).toContain("1 job had gone already.");
  });

  test("is moved from its page, wherever on the queue it is", async () => {
    await put("queue");

    const page = (await stage.dashboard.get("/jobs/a1")).text;
    const question = (await stage.dashboard.get("/queues/q/move?key=a1")).text;
    await stage.dashboard.post("/queues/q/move", { "key[]": "a1", to: "other" });

    expect(page).toContain('href="/queues/q/move?key=a1"');
    expect(question).toMatch(/action="\/queues\/q\/move".*name="key\[\]" value="a1"/s);
    expect([await stage.redis.llen("queue:q"), await stage.redis.llen("queue:other")]).toEqual([0, 1]);
  });
});

test("all that are scheduled are killed by the form of their list, and lie in the dead set", async () => {
  await put("scheduled");

  expect((await stage.dashboard.post("/scheduled/all/kill")).status).toBe(302);

  expect([await stage.redis.zcard("schedule"), await stage.redis.zcard("dead")]).toEqual([0, 1]);
});
