/** What is asked before something is done to many jobs, or in a long list. */
import { describe, expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const job = (jid: string, more: object = {}) =>
  JSON.stringify({ class: "HardJob", args: [], jid, queue: "q", created_at: 1, ...more });

const enqueue = async (count: number, name = "j") => {
  await stage.redis.sadd("queues", "q");
  await stage.redis.lpush("queue:q", ...Array.from({ length: count }, (_, i) => job(`${name}${i}`)));
};

describe("clearing a queue", () => {
  const fieldsOf = (text: string): Readonly<Record<string, string>> =>
    Object.fromEntries(
      [
        ...text.matchAll(/<input type="hidden" name="(delete|expected|newest|most|as_of)" value="([^"]*)"/g),
      ].map(([, name = "", value = ""]) => [name, value]),
    );
  const question = async () => (await stage.dashboard.get("/queues/q/confirm")).text;

  test("of a hundred jobs wants their number typed, as `tsq clear` does", async () => {
    await enqueue(100);
    const text = await question();
    const fields = fieldsOf(text);

    expect(text).toContain('name="typed" pattern="100" required');
    for (const typed of [undefined, "", "10", "99"]) {
      const form = { ...fields, ...(typed !== undefined && { typed }) };
      expect([typed, (await stage.dashboard.post("/queues/q", form)).status]).toEqual([typed, 422]);
    }
    expect(await stage.redis.llen("queue:q")).toBe(100);
    expect((await stage.dashboard.post("/queues/q", { ...fields, typed: "100" })).status).toBe(302);
    expect(await stage.redis.exists("queue:q")).toBe(0);
  });

  test.each([100, 60])(
    "of %i throws away no more than the question has named, and leaves what has come since",
    async (count) => {
      await enqueue(count);
      const fields = { ...fieldsOf(await question()), ...(count >= 100 && { typed: String(count) }) };
      await enqueue(150, "new");

      expect((await stage.dashboard.post("/queues/q", fields)).status).toBe(302);
      const left = await stage.redis.lrange("queue:q", 0, "-1");
      expect([left.length, left.filter((text) => text.includes('"new'))]).toEqual([150, left]);
      expect(await stage.redis.smembers("queues")).toEqual(["q"]);

      await stage.redis.ltrim("queue:q", 0, count - 10);
      expect((await stage.dashboard.post("/queues/q", fields)).status).toBe(302);
      expect(await stage.redis.llen("queue:q")).toBe(count - 9);
    },
  );

  test.each([{}, { delete: "Delete" }])("by a form of Sidekiq::Web asks for nothing: %o", async (form) => {
    await enqueue(150);

    expect((await stage.dashboard.post("/queues/q", form)).status).toBe(302);

    expect(await stage.redis.exists("queue:q")).toBe(0);
  });
});

describe("a filter of which not all was counted", () => {
  const fill = async () => {
    const entries = Array.from({ length: 50_200 }, (_, i) => {
      // Two hundred of them are the last that it comes to.
      const name = i < 200 || i >= 50_190 ? "SoftJob" : "HardJob";
      return [i + 1, job(`d${i}`, { class: name })] as const;
    });
    for (let i = 0; i < entries.length; i += 5_000)
      await stage.redis.zadd("dead", ...entries.slice(i, i + 5_000).flat());
  };
  const form = { q: "class:SoftJob", as_of: `${Date.now()}`, expected: "10", up_to: "60000" };

  test("says so where jobs would be thrown away, and wants a number typed however few it has counted", async () => {
    await fill();

    const { text } = await stage.dashboard.get("/morgue/all/delete?q=class:SoftJob");

    expect(text).toContain("<h1>Delete: at least 10</h1>");
    expect(text).toContain("Only the first 50,000 of 50,200 were counted");
    expect(text).toContain('name="typed" pattern="10" required');
    expect((await stage.dashboard.post("/morgue/all/delete", form)).status).toBe(422);
    expect(await stage.redis.zcard("dead")).toBe(50_200);
    expect((await stage.dashboard.post("/morgue/all/delete", { ...form, typed: "10" })).status).toBe(302);
  });
});

describe("a job in the midst of a long queue", () => {
  const COST =
    "To find a job on this queue Redis looks through up to 10,000 of them, and answers nobody else meanwhile: for about 1 ms.";

  test.each(["/queues/q/delete?key=j7", "/jobs/j7/delete", "/jobs/j7/kill", "/queues/q/all/delete?q=jid:j7"])(
    "is not taken out before one has read what that costs: %s",
    async (path) => {
      await enqueue(20_000);

      expect((await stage.dashboard.get(path)).text).toContain(COST);
    },
  );

  test("costs nothing that is worth a word in a short one", async () => {
    await enqueue(100);

    expect((await stage.dashboard.get("/queues/q/delete?key=j7")).text).not.toContain("Redis looks through");
  });
});

describe("the list of a queue", () => {
  test("shows for whom a job is, where a client says so, and nothing that is secret", async () => {
    await stage.redis.lpush("queue:q", job("a", { cattr: { tenant: "de", api_token: "s3cret" } }), job("b"));

    const { text } = await stage.dashboard.get("/queues/q");

    expect(text).toContain(">Context</th>");
    expect(text.replaceAll(/<\/?bdi>/g, "")).toContain('<span class="tag">tenant de</span>');
    expect(text).not.toContain("s3cret");
  });

  test("has no such column where no client does", async () => {
    await enqueue(3);

    expect((await stage.dashboard.get("/queues/q")).text).not.toContain(">Context</th>");
  });
});
