/** The end of a mounted dashboard. */
import { ApiConnection } from "tsq/api";
import { createWeb } from "tsq/web";
import type { Web, WebOptions } from "tsq/web";
import { expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import { setDashboards } from "../support/web-stage.ts";

const stage = setDashboards();

const mount = (options: WebOptions = {}): Web => createWeb({ redis: stage.server.url, ...options });

const HERE = { remoteAddress: "127.0.0.1" };
const get = (web: Web, path: string) => web(new Request(`http://127.0.0.1${path}`), HERE);
const post = (web: Web, path: string, body = "") =>
  web(
    new Request(`http://127.0.0.1${path}`, {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" },
      body,
    }),
    HERE,
  );

/** Those who are connected. */
const connected = async () =>
  [...String(await stage.redis.client("LIST")).matchAll(/ addr=(\S+)/g)].map(([, at]) => at);

/** The way to Redis, to be made slow. */
const slowly = async () => {
  const proxy = await TcpProxy.listen(Number(new URL(stage.server.url).port));
  onTestFinished(() => proxy.stop());
  return proxy;
};

test("waits for what is being done, and leaves no connection behind", async () => {
  const job = JSON.stringify({ class: "A", args: [], jid: "a1", queue: "q", retry: true });
  await stage.redis.zadd("retry", 1, job);
  let answer: (may: boolean) => void = () => {};
  const decided = new Promise<boolean>((resolve) => (answer = resolve));
  let isAsked = false;
  const web = mount({
    authorize: () => {
      isAsked = true;
      return decided;
    },
  });
  const before = await connected();
  const posted = post(web, "/retries/1-a1", "delete=1");
  await eventually(() => expect(isAsked).toBe(true));

  let isClosed = false;
  const closed = web.close().then(() => (isClosed = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isClosed).toBe(false);
  answer(true);
  await closed;

  expect((await posted).status).toBe(302);
  expect(await stage.redis.zcard("retry")).toBe(0);
  expect(await stage.redis.xlen("tsq:audit")).toBe(1);
  await eventually(async () => expect(await connected()).toEqual(before));
});

test("does not wait for an `authorize` that never answers: work on many jobs ends where it is, and is written down", async () => {
  for (let i = 0; i < 3; i++)
    await stage.redis.zadd("retry", i, JSON.stringify({ class: "A", args: [], jid: `a${i}`, queue: "q" }));
  const web = mount({
    authorize: (_, action, { jid }) =>
      jid === undefined || action === "look" || new Promise<boolean>(() => {}),
  });
  expect((await post(web, "/retries/all/retry")).status).toBe(302);

  await web.close();

  expect(await stage.redis.zcard("retry")).toBe(3);
  const [, last] = await stage.redis.xrange("tsq:audit", "-", "+");
  expect(String(last)).toContain("set.retry,outcome,done,count,0");
});

test("does not wait for a Redis that never answers, nor for who asks it", async () => {
  const proxy = await slowly();
  const web = mount({ redis: proxy.url });
  await get(web, "/retries");
  proxy.sleep();
  const asked = get(web, "/retries");

  await web.close();

  expect((await asked).status).toBe(503);
});

test.each(["its own", "a given"])("ends a walk through a long queue on %s connection", async (whose) => {
  await stage.redis.sadd("queues", "q");
  const payload = JSON.stringify({ class: "A", args: [], jid: "other", queue: "q" });
  for (let i = 0; i < 20; i++) await stage.redis.lpush("queue:q", ...Array<string>(1_000).fill(payload));
  const proxy = await slowly();
  await using api = new ApiConnection({ redis: proxy.url });
  const web = mount({ redis: whose === "a given" ? api : proxy.url });
  await get(web, "/retries");
  let steps = 0;
  proxy.replace((chunk, from) => {
    if (from === "client" && chunk.includes("lrange")) steps += 1;
    return chunk;
  });
  proxy.delay(100);
  const asked = get(web, "/jobs/none?all=1");
  await eventually(() => expect(steps).toBeGreaterThan(1));

  await web.close();

  const walked = steps;
  expect((await asked).status).toBe(503);
  // One may have been on its way.
  expect(steps).toBeLessThanOrEqual(walked + 1);
  // None was opened to go on.
  expect(proxy.accepted).toBe(1);
});

const inRetry = async () => {
  const job = (i: number) => JSON.stringify({ class: "A", args: [], jid: `a${i}`, queue: "q" });
  for (let from = 0; from < 30_000; from += 1_000)
    await stage.redis.zadd("retry", ...Array.from({ length: 1_000 }, (_, i) => [i, job(from + i)]).flat());
};
const inTrail = async () => {
  const work = stage.redis.pipeline();
  for (let i = 0; i < 30_000; i++) work.xadd("tsq:audit", "*", "user", "mira", "action", "job.retry");
  await work.exec();
};

test.each([
  [
    "the question about many jobs",
    inRetry,
    (web: Web) => get(web, "/retries/all/delete?q=class:B"),
    /zrange|zrevrange/,
  ],
  [
    "the answer to it",
    inRetry,
    (web: Web) => post(web, "/retries/all/delete", "q=class%3AB&as_of=1&expected=5"),
    /zrange|zrevrange/,
  ],
  ["the file of the audit trail", inTrail, (web: Web) => get(web, "/audit?as=csv"), /xrevrange/],
] as const)("ends what %s reads, on a given connection as well", async (_, fill, ask, command) => {
  await fill();
  const proxy = await slowly();
  await using api = new ApiConnection({ redis: proxy.url });
  const web = mount({ redis: api });
  await get(web, "/busy");
  let steps = 0;
  proxy.replace((chunk, from) => {
    if (from === "client" && command.test(chunk.toString())) steps += 1;
    return chunk;
  });
  proxy.delay(100);
  const asked = ask(web);
  await eventually(() => expect(steps).toBeGreaterThan(1));

  await web.close();

  const read = steps;
  expect((await asked).status).toBe(503);
  // One may have been on its way.
  expect(steps).toBeLessThanOrEqual(read + 1);
});

test("is for good: later requests are refused, and open nothing", async () => {
  const before = await connected();
  const web = mount();
  await get(web, "/retries");
  await web.close();

  for (const path of ["/retries", "/health", "/jobs/none?all=1"])
    expect((await get(web, path)).status).toBe(503);
  expect((await post(web, "/retries/all/retry")).status).toBe(503);
  await web.close();

  await eventually(async () => expect(await connected()).toEqual(before));
});
