/** A job that is edited on the dashboard, and retried. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let dashboard: Served;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  dashboard = await serveDashboard({ redis: server.url });
});
afterAll(async () => {
  await dashboard.stop();
  await server.stop();
});
beforeEach(() => redis.flushdb());

const ARGS = '[1.0, 12345678901234567890, {"to": "ada"}]';
const put = (args = ARGS) =>
  redis.zadd("dead", 5, `{"class":"HardJob", "args":${args}, "jid":"a1","queue":"default","created_at":1}`);
const textarea = (text: string) =>
  /<textarea[^>]*>\n?([^<]*)<\/textarea>/.exec(text)?.[1]?.replaceAll("&quot;", '"');

test("the form has the arguments byte for byte, and a retry as it is changes none of them", async () => {
  await put();

  const { text } = await dashboard.get("/morgue/5-a1/edit");
  await dashboard.post("/morgue/5-a1/edit", { args: textarea(text) ?? "", queue: "default" });

  expect(textarea(text)).toBe(ARGS);
  expect((await redis.lrange("queue:default", 0, -1)).join()).toContain(`"args":${ARGS}`);
  expect(await redis.zcard("dead")).toBe(0);
});

test("other arguments and another queue are what it runs with", async () => {
  await put();

  await dashboard.post("/morgue/5-a1/edit", { args: '[2.0, "b"]', queue: "low" });

  const [job = ""] = await redis.lrange("queue:low", 0, -1);
  expect(job).toContain('"args":[2.0, "b"]');
  expect(job).toContain('"queue":"low"');
});

test("another class runs it, and an empty one is refused in the form with what was typed", async () => {
  await put();

  const refused = await dashboard.post("/morgue/5-a1/edit", { args: ARGS, queue: "low", class: " " });
  await dashboard.post("/morgue/5-a1/edit", { args: ARGS, queue: "low", class: "Net::SoftJob" });

  expect(refused.status).toBe(422);
  expect(refused.text).toMatch(/role="alert".*name the class that runs the job/s);
  expect(refused.text).toMatch(/name="class" value=""[^>]*aria-invalid="true"/);
  expect(refused.text).toContain('name="queue" value="low"');
  const [job = ""] = await redis.lrange("queue:low", 0, -1);
  expect(job).toContain(`{"class":"Net::SoftJob", "args":${ARGS}, "jid":"a1"`);
});

test("of a job of ActiveJob the class inside the wrapper changes, where pages read it and where Ruby does", async () => {
  const wrapper = "Sidekiq::ActiveJob::Wrapper";
  const args = '[ {"job_class":"OldJob","arguments":[1.0],"locale":"en"}]';
  const job = `{"class":"${wrapper}","wrapped":"OldJob","args":${args},"jid":"a1","queue":"low","retry":true,"created_at":5}`;
  await redis.zadd("dead", 5, job);

  const { text } = await dashboard.get("/morgue/5-a1/edit");
  await dashboard.post("/morgue/5-a1/edit", { args: textarea(text) ?? "", queue: "low", class: "NewJob" });

  expect(text).toContain('name="class" value="OldJob"');
  expect(text).toContain("inside ActiveJob’s wrapper");
  const [pushed = ""] = await redis.lrange("queue:low", 0, -1);
  expect(pushed.replace(/,"enqueued_at":\d+/, "")).toBe(job.replaceAll("OldJob", "NewJob"));
});

test("what is no list of arguments stays in the form with what is wrong, and the job where it is", async () => {
  await put();

  const { status, text } = await dashboard.post("/morgue/5-a1/edit", { args: '[1, "a"', queue: "low" });

  expect(status).toBe(422);
  expect(text).toMatch(/role="alert".*as a JSON list/s);
  expect(textarea(text)).toBe('[1, "a"');
  expect(text).toContain('name="queue" value="low"');
  expect(await redis.zcard("dead")).toBe(1);
});

test("of masked arguments nothing is shown, and nothing written back; another queue is possible", async () => {
  const args = '[{"password":"hunter2"}]';
  await put(args);

  const { text } = await dashboard.get("/morgue/5-a1/edit");
  const refused = await dashboard.post("/morgue/5-a1/edit", {
    args: '[{"password":"[masked]"}]',
    queue: "low",
  });

  expect(text).toContain("is masked for you");
  expect(text).not.toMatch(/hunter2|<textarea/);
  expect(refused.status).toBe(422);
  await dashboard.post("/morgue/5-a1/edit", { queue: "low" });
  expect((await redis.lrange("queue:low", 0, -1)).join()).toContain(`"args":${args}`);
});

test("a viewer edits nothing", async () => {
  await put();
  const viewer = await serveDashboard({ redis: server.url, auth: () => ({ name: "ana", role: "viewer" }) });
  try {
    expect((await viewer.get("/morgue/5-a1/edit")).status).toBe(403);
    expect((await viewer.post("/morgue/5-a1/edit", { args: "[]", queue: "low" })).status).toBe(403);
    expect(await redis.zcard("dead")).toBe(1);
  } finally {
    await viewer.stop();
  }
});
