/** What the dashboard's buttons do: the paths, fields and redirects of Sidekiq::Web. */
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const SCORE = 1_700_000_000.5;
const payload = (jid: string, more: object = {}) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", retry: true, created_at: 1, ...more });
const inSet = (set: string, ...jids: string[]) =>
  Promise.all(jids.map((jid) => stage.redis.zadd(set, SCORE, payload(jid, { retry_count: 2 }))));
const sizes = async () => ({
  retry: await stage.redis.zcard("retry"),
  schedule: await stage.redis.zcard("schedule"),
  dead: await stage.redis.zcard("dead"),
  default: await stage.redis.llen("queue:default"),
});
const NOTHING = { retry: 0, schedule: 0, dead: 0, default: 0 };

describe.each([
  ["/retries", "retry", "retry", { default: 1 }],
  ["/retries", "retry", "delete", {}],
  ["/retries", "retry", "kill", { dead: 1 }],
  ["/scheduled", "schedule", "add_to_queue", { default: 1 }],
  ["/scheduled", "schedule", "delete", {}],
  ["/scheduled", "schedule", "kill", { dead: 1 }],
  ["/morgue", "dead", "retry", { default: 1 }],
  ["/morgue", "dead", "delete", {}],
])("POST %s: in %s, %s", (path, set, verb, moved) => {
  test("acts on the entries that were ticked, and on no other", async () => {
    await inSet(set, "a1", "b2", "c3");
    const keys = [`${SCORE}-a1`, `${SCORE}-c3`];

    const answer = await stage.dashboard.post(path, { "key[]": keys, [verb]: "1" });

    expect(answer).toMatchObject({ status: 302, location: path });
    const left = Object.fromEntries(Object.entries(moved).map(([name, count]) => [name, count * 2]));
    expect(await sizes()).toEqual({ ...NOTHING, ...left, [set]: 1 });
    expect((await stage.redis.zrange(set, "0", "-1")).join()).toContain("b2");
  });

  test("acts on the entry of a job's page", async () => {
    await inSet(set, "a1", "b2");

    const answer = await stage.dashboard.post(`${path}/${SCORE}-a1`, { [verb]: "1" });

    expect(answer).toMatchObject({ status: 302, location: path });
    expect(await sizes()).toEqual({ ...NOTHING, ...moved, [set]: 1 });
  });
});

describe.each([
  ["/retries", "retry", "retry", { default: 3 }],
  ["/retries", "retry", "delete", {}],
  ["/retries", "retry", "kill", { dead: 3 }],
  ["/scheduled", "schedule", "add_to_queue", { default: 3 }],
  ["/scheduled", "schedule", "delete", {}],
  ["/morgue", "dead", "retry", { default: 3 }],
  ["/morgue", "dead", "delete", {}],
])("POST %s/all: in %s, %s", (path, set, verb, moved) => {
  test("asks first, with how many there are, and the question changes nothing", async () => {
    await inSet(set, "a1", "b2", "c3");

    const { status, text } = await stage.dashboard.get(`${path}/all/${verb}`);

    expect(status).toBe(200);
    expect(text).toMatch(/<h1>[^<]* 3 jobs\?<\/h1>/);
    expect(text).toContain(`action="${path}/all/${verb}"`);
    expect(await stage.redis.zcard(set)).toBe(3);
  });

  test("acts on all of them", async () => {
    await inSet(set, "a1", "b2", "c3");

    expect(await stage.dashboard.post(`${path}/all/${verb}`)).toMatchObject({ status: 302, location: path });

    expect(await sizes()).toEqual({ ...NOTHING, ...moved });
  });
});

describe("a form about jobs in a set", () => {
  test("leads back to the list as it was looked at", async () => {
    const referer = `${stage.dashboard.url}/retries?page=2&substr=x`;
    const headers = { referer, "sec-fetch-site": "same-origin" };

    expect(await stage.dashboard.post("/retries", { retry: "1", "key[]": "1-a" }, headers)).toMatchObject({
      location: "/retries?page=2&substr=x",
    });
  });

  test("leads nowhere else, whatever the page before was", async () => {
    for (const referer of ["https://evil.example/retries?x=1", "nonsense", "//evil.example/?a"]) {
      const headers = { referer, "sec-fetch-site": "same-origin" };

      expect((await stage.dashboard.post("/retries", { retry: "1" }, headers)).location).toBe("/retries");
    }
  });

  test("does nothing to what has gone, and says so", async () => {
    await inSet("retry", "a1");

    const { status } = await stage.dashboard.post("/retries", {
      "key[]": [`${SCORE}-zz`, "nonsense"],
      delete: "1",
    });

    expect(status).toBe(302);
    expect(await sizes()).toEqual({ ...NOTHING, retry: 1 });
  });

  test("does nothing without a field that says what", async () => {
    await inSet("retry", "a1");

    await stage.dashboard.post("/retries", { "key[]": `${SCORE}-a1` });

    expect(await sizes()).toEqual({ ...NOTHING, retry: 1 });
  });

  test("moves the jobs beside what is no job, which stays", async () => {
    await stage.redis.zadd("dead", SCORE, "{nonsense");
    await inSet("dead", "a1");
    const digest = createHash("sha1").update("{nonsense").digest("hex");

    await stage.dashboard.post("/morgue/all/retry");
    await stage.dashboard.post("/morgue", { "key[]": [`${SCORE}-${digest}`], retry: "1" });

    expect(await sizes()).toEqual({ ...NOTHING, dead: 1, default: 1 });
  });
});

describe("queues", () => {
  beforeEach(async () => {
    await stage.redis.sadd("queues", "default", "other");
    await stage.redis.lpush("queue:default", payload("a1"), payload("b2"));
  });

  test("are paused and resumed without losing a job", async () => {
    expect(await stage.dashboard.post("/queues/default", { pause: "Pause" })).toMatchObject({
      status: 302,
      location: "/queues",
    });
    expect(await stage.redis.smembers("paused")).toEqual(["default"]);
    expect(await stage.redis.llen("queue:default")).toBe(2);

    expect((await stage.dashboard.post("/queues/default", { unpause: "Unpause" })).status).toBe(302);
    expect(await stage.redis.smembers("paused")).toEqual([]);
    expect(await stage.redis.llen("queue:default")).toBe(2);
  });

  test.each([[{}], [{ delete: "Delete" }]])("are cleared by a form with %j", async (form) => {
    expect(await stage.dashboard.post("/queues/default", form)).toMatchObject({
      status: 302,
      location: "/queues",
    });

    expect(await stage.redis.exists("queue:default")).toBe(0);
    expect(await stage.redis.smembers("queues")).toEqual(["other"]);
  });

  test("lose the one job whose payload was sent", async () => {
    const answer = await stage.dashboard.post("/queues/default/delete", { key_val: payload("a1") });

    expect(answer).toMatchObject({ status: 302, location: "/queues/default" });
    expect(await stage.redis.lrange("queue:default", 0, -1)).toEqual([payload("b2")]);
  });

  test("lose the jobs whose jids were sent", async () => {
    await stage.dashboard.post("/queues/default/delete", { "key[]": ["b2", "zz"] });

    expect(await stage.redis.lrange("queue:default", 0, -1)).toEqual([payload("a1")]);
  });
});

describe("processes", () => {
  const process = async (identity: string, info: object = {}) => {
    await stage.redis.sadd("processes", identity);
    await stage.redis.hset(identity, { info: JSON.stringify({ hostname: "web", pid: 1, ...info }), busy: 0 });
  };
  const signals = async () => {
    const keys = (await stage.redis.keys("*-signals")).sort();
    return Promise.all(keys.map(async (key) => [key, ...(await stage.redis.lrange(key, 0, -1))]));
  };
  beforeEach(async () => {
    await process("one:1:a");
    await process("two:2:b");
    await process("three:3:c", { embedded: true });
  });

  test.each([
    ["quiet", "TSTP"],
    ["stop", "TERM"],
  ])("one of them is told %s", async (field, signal) => {
    const form = { identity: "one:1:a", [field]: "1" };

    expect(await stage.dashboard.post("/busy", form)).toMatchObject({ status: 302, location: "/busy" });

    expect(await signals()).toEqual([["one:1:a-signals", signal]]);
  });

  test.each([
    ["quiet", "TSTP"],
    ["stop", "TERM"],
  ])("without an identity all are told %s but those inside other programs", async (field, signal) => {
    await stage.dashboard.post("/busy", { [field]: "1" });

    expect(await signals()).toEqual([
      ["one:1:a-signals", signal],
      ["two:2:b-signals", signal],
    ]);
  });

  test("one that has gone or is embedded is told nothing", async () => {
    await stage.dashboard.post("/busy", { identity: "gone:9:z", stop: "1" });
    await stage.dashboard.post("/busy", { identity: "three:3:c", stop: "1" });

    expect(await signals()).toEqual([]);
  });
});
