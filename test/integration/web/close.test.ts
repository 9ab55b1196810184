/** The end of a mounted dashboard. */
import { createWeb } from "tsq/web";
import { expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";
import { eventually } from "../../support/eventually.ts";

const stage = setDashboards();

test("waits for what is being done, and leaves no connection behind", async () => {
  const job = JSON.stringify({ class: "A", args: [], jid: "a1", queue: "q", retry: true });
  await stage.redis.zadd("retry", 1, job);
  let answer: (may: boolean) => void = () => {};
  const decided = new Promise<boolean>((resolve) => (answer = resolve));
  let isAsked = false;
  const web = createWeb({
    redis: stage.server.url,
    authorize: () => {
      isAsked = true;
      return decided;
    },
  });
  const before = await stage.redis.client("LIST");
  const posted = web(
    new Request("http://127.0.0.1/retries/1-a1", {
      method: "POST",
      headers: { "sec-fetch-site": "same-origin", "content-type": "application/x-www-form-urlencoded" },
      body: "delete=1",
    }),
    { remoteAddress: "127.0.0.1" },
  );
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
  const addresses = (list: unknown) => [...String(list).matchAll(/ addr=(\S+)/g)].map(([, at]) => at);
  await eventually(async () =>
    expect(addresses(await stage.redis.client("LIST"))).toEqual(addresses(before)),
  );
});
