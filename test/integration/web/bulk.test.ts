/** Repairing all jobs that a filter means, from the question to its end. */
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { heartbeat } from "../../support/terminal-redis.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const SCORE = 1_700_000_000;
const payload = (jid: string, more: object = {}) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", created_at: 1, ...more });
const fill = (set: string, count: number, more: (i: number) => object = () => ({})) =>
  stage.redis.zadd(
    set,
    ...Array.from({ length: count }, (_, i) => [SCORE + i, payload(`j${i}`, more(i))]).flat(),
  );
const half = (i: number) => ({ class: i % 2 === 0 ? "RareJob" : "HardJob" });

/** The hidden fields of a question. */
const fieldsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      .map(([, name = "", value = ""]) => [name, unescaped(value)] as const)
      .filter(([name]) => name !== "authenticity_token" && name !== "theme"),
  );
const unescaped = (text: string): string =>
  text
    .replaceAll(/&#x([0-9a-f]+);/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
/** Asks, and says yes. */
const sayYes = async (path: string, more: Record<string, string> = {}) => {
  const { text } = await stage.dashboard.get(path);
  const [bare = ""] = path.split("?");
  return stage.dashboard.post(bare, { ...fieldsOf(text), ...more });
};

test("what a worker hands back to its queue while somebody is asked is not deleted beside what was counted", async () => {
  await stage.redis.sadd("queues", "default");
  await stage.redis.lpush("queue:default", payload("a"), payload("b"));
  const { text } = await stage.dashboard.get("/queues/default/all/delete");
  await stage.redis.rpush("queue:default", payload("running"));

  const answer = await stage.dashboard.post("/queues/default/all/delete", fieldsOf(text));

  expect(answer.status).toBe(302);
  await eventually(async () =>
    expect(await stage.redis.lrange("queue:default", 0, -1)).toEqual([payload("running")]),
  );
});

describe.each([
  ["/retries", "retry", "retry", { "queue:default": 5 }],
  ["/retries", "retry", "kill", { dead: 5 }],
  ["/retries", "retry", "delete", {}],
  ["/scheduled", "schedule", "add_to_queue", { "queue:default": 5 }],
  ["/scheduled", "schedule", "delete", {}],
  ["/morgue", "dead", "retry", { "queue:default": 5 }],
  ["/morgue", "dead", "delete", {}],
])("%s: all of %s that match, %s", (path, set, verb, moved) => {
  test("are what it is done to, and nothing else", async () => {
    await fill(set, 10, half);

    const answer = await sayYes(`${path}/all/${verb}?q=class:RareJob`);

    expect(answer.status).toBe(302);
    await eventually(async () => {
      for (const [key, count] of Object.entries(moved)) {
        expect(await (key.startsWith("queue:") ? stage.redis.llen(key) : stage.redis.zcard(key))).toBe(count);
      }
      const left = await stage.redis.zrange(set, "0", "-1");
      expect(left).toHaveLength(5);
      expect(left.join()).not.toContain("RareJob");
    });
  });
});

describe("the question", () => {
  test("says how many it is, of which class and queue, and what follows", async () => {
    await fill("dead", 10, half);

    const { text } = await stage.dashboard.get("/morgue/all/delete?q=class:RareJob");

    expect(text).toContain("<h1>Delete 5 jobs?</h1>");
    expect(text).toMatch(/Rare<wbr>Job<\/bdi><\/dt><dd class="num">5</);
    expect(text).toContain("nobody can bring them back");
    expect(text).toContain('<button class="btn main">Delete 5 jobs</button>');
    expect(await stage.redis.zcard("dead")).toBe(10);
  });

  test.each(["\u0645\u06cc\u200c\u0631\u0648\u0645", "a\u202eb"])(
    "brings its filter back with what cannot be seen in it (%j)",
    async (word) => {
      await fill("dead", 4, (i) => ({ args: [i % 2 === 0 ? word : "other"] }));

      await sayYes(`/morgue/all/delete?q=${encodeURIComponent(`-"${word}"`)}`);

      await eventually(async () => {
        const left = await stage.redis.zrange("dead", "0", "-1");
        expect(left).toHaveLength(2);
        expect(left.join()).not.toContain("other");
      });
    },
  );

  test("does nothing when its filter has come back as another", async () => {
    await fill("dead", 4, half);
    const { text } = await stage.dashboard.get("/morgue/all/delete?q=-class:RareJob");

    const answer = await stage.dashboard.post("/morgue/all/delete", {
      ...fieldsOf(text),
      q: "-class:Rar\ufffdJob",
    });

    expect(answer.status).toBe(422);
    expect(await stage.redis.zcard("dead")).toBe(4);
  });

  test("leaves alone what comes after it", async () => {
    await fill("retry", 4, half);
    const { text } = await stage.dashboard.get("/retries/all/delete?q=class:RareJob");
    await stage.redis.zadd("retry", SCORE + 99, payload("late", { class: "RareJob" }));

    await stage.dashboard.post("/retries/all/delete", fieldsOf(text));

    await eventually(async () => {
      const left = (await stage.redis.zrange("retry", "0", "-1")).join();
      expect(left).not.toContain('"j0"');
      expect(left).toContain('"late"');
    });
  });

  test("takes a dead job that has died in the future, and none that does so after it", async () => {
    const ahead = Date.now() / 1_000 + 3_600;
    await stage.redis.zadd("dead", SCORE, payload("a1"), ahead, payload("b2"));
    const { text } = await stage.dashboard.get("/morgue/all/delete");
    await stage.redis.zadd("dead", ahead - 60, payload("late"));

    await stage.dashboard.post("/morgue/all/delete", fieldsOf(text));

    expect(text).toContain("<h1>Delete 2 jobs?</h1>");
    await eventually(async () =>
      expect((await stage.redis.zrange("dead", "0", "-1")).join()).toBe(payload("late")),
    );
  });

  test("wants the number where many would be gone, and does nothing without it", async () => {
    await fill("dead", 120);
    const { text } = await stage.dashboard.get("/morgue/all/delete?q=class:HardJob");

    const refused = await stage.dashboard.post("/morgue/all/delete", { ...fieldsOf(text), typed: "12" });

    expect(text).toContain('pattern="120"');
    expect(refused.status).toBe(422);
    expect(await stage.redis.zcard("dead")).toBe(120);
    await stage.dashboard.post("/morgue/all/delete", { ...fieldsOf(text), typed: "120" });
    await eventually(async () => expect(await stage.redis.zcard("dead")).toBe(0));
  });

  test("warns of a queue that is behind, paused, or served by nobody", async () => {
    await fill("dead", 4, (i) => ({ queue: ["late", "paused", "paused", "alone"][i] }));
    await stage.redis.sadd("queues", "late", "paused");
    await heartbeat(stage.redis, "web-1:1:a", ["late", "paused"], "tsq 0.1.0");
    await stage.redis.sadd("paused", "paused");
    await stage.redis.lpush("queue:late", payload("x", { enqueued_at: Date.now() - 600_000 }));

    const { text } = await stage.dashboard.get("/morgue/all/retry?q=class:HardJob");

    expect(text).toContain("<bdi>late</bdi> is 10 min");
    expect(text).toContain("<bdi>paused</bdi> is paused: 2 jobs will wait there.");
    expect(text.match(/Nobody listens to <bdi>[^<]*/g)).toEqual(["Nobody listens to <bdi>alone"]);
  });

  test("of a filter that cannot be read does not become one of all", async () => {
    await fill("dead", 3);

    const answer = await stage.dashboard.post("/morgue/all/delete", { q: "klass:RareJob" });

    expect(answer.status).toBe(422);
    expect(await stage.redis.zcard("dead")).toBe(3);
  });

  test("sent twice is done once, and both lead to the same work", async () => {
    await fill("dead", 200);
    const { text } = await stage.dashboard.get("/morgue/all/retry");
    const form = { ...fieldsOf(text), expected: "200", pace: "3600" };

    const [one, other] = [
      await stage.dashboard.post("/morgue/all/retry", form),
      await stage.dashboard.post("/morgue/all/retry", form),
    ];

    expect(one.location).toMatch(/^\/bulk\//);
    expect(other.location).toBe(one.location);
    expect((await stage.dashboard.get("/bulk")).text.match(/id="b-/g)).toHaveLength(1);
  });
});

describe("work that takes long", () => {
  const begin = async () => {
    await fill("dead", 200);
    const { location = "" } = await sayYes("/morgue/all/retry", { pace: "3600", reason: "the bank is back" });
    return location;
  };

  test("has a page that says how far it is, by whom and why, and asks again without a script", async () => {
    const location = await begin();

    const { text } = await stage.dashboard.get(location);

    expect(text).toMatch(/<h1>\d+ of 200 jobs put back on queues<\/h1>/);
    expect(text).toContain("the bank is back");
    // Not sooner: each time whoever ends it by keyboard begins at the top of the page.
    expect(text).toContain('<noscript><meta http-equiv="refresh" content="30"></noscript>');
    expect(text).toContain("as long as this process of the dashboard lives");
    expect((await stage.dashboard.get("/morgue")).text).toContain(location);
  });

  test("can be ended, and what is done stays done", async () => {
    const location = await begin();

    await stage.dashboard.post(location, { cancel: "1" });

    await eventually(async () => {
      const { text } = await stage.dashboard.get(location);
      expect(text).toContain("Somebody has ended it.");
      expect(text).not.toContain('http-equiv="refresh"');
    });
    expect(await stage.redis.zcard("dead")).toBeGreaterThan(100);
  });

  test("is unknown to another dashboard, which says so", async () => {
    expect((await stage.dashboard.get("/bulk/nobody-knows-this-one")).text).toContain(
      "No such work is known here",
    );
  });

  test("ends with the dashboard", async () => {
    await begin();

    await stage.dashboard.stop();

    const left = await stage.redis.zcard("dead");
    expect(left).toBeGreaterThan(100);
  });
});

describe("the jobs of a queue that match", () => {
  const push = () =>
    Promise.all([
      stage.redis.sadd("queues", "low"),
      stage.redis.rpush("queue:low", ...Array.from({ length: 10 }, (_, i) => payload(`j${i}`, half(i)))),
    ]);

  test.each([
    ["delete", {}, 0, 0],
    ["kill", {}, 5, 0],
    ["move", { to: "slow" }, 0, 5],
  ])("can be all of them: %s", async (verb, more, dead, moved) => {
    await push();

    await sayYes(`/queues/low/all/${verb}?q=class:RareJob`, more);

    await eventually(async () => {
      expect([
        await stage.redis.llen("queue:low"),
        await stage.redis.zcard("dead"),
        await stage.redis.llen("queue:slow"),
      ]).toEqual([5, dead, moved]);
    });
  });
});

describe("roles", () => {
  test("an operator retries by filter, and deletes by it as little as all", async () => {
    await fill("dead", 3);
    const own = await stage.serve({
      auth: () => ({ name: "mira", role: "operator" }),
    });
    expect((await own.get("/morgue/all/retry?q=class:HardJob")).status).toBe(200);
    expect((await own.get("/morgue/all/delete?q=class:HardJob")).status).toBe(403);
    const form = { q: "class:HardJob", as_of: `${Date.now()}` };
    expect((await own.post("/morgue/all/delete", form)).status).toBe(403);
    expect((await own.post("/queues/low/all/delete", form)).status).toBe(403);
    expect(await stage.redis.zcard("dead")).toBe(3);
  });

  test("another site begins nothing", async () => {
    await fill("dead", 3);
    const headers = { "sec-fetch-site": "cross-site" };

    expect((await stage.dashboard.post("/morgue/all/delete", { q: "class:HardJob" }, headers)).status).toBe(
      403,
    );
    expect(await stage.redis.zcard("dead")).toBe(3);
  });
});
