/** What client middleware sees of the times of a job, and may make of them. */
import { defineJob } from "@tsq/core";
import type { ClientMiddleware, Payload } from "@tsq/core";
import { expect, onTestFinished, test, vi } from "vitest";
import { clientTests } from "../../support/client.ts";
import { queued, scheduled } from "../../support/jobs-in-redis.ts";
import { waysToPush } from "../../support/ways-to-push.ts";

const here = clientTests();

const hardJob = () =>
  defineJob("HardJob", { client: here.client }, (_job, ..._args: readonly unknown[]) => {});

const WAYS = waysToPush(() => here.client);

test.each(WAYS)(
  "client middleware sees the job of %s as it will be stored, and when it is to run",
  async (_way, push) => {
    const seen: Payload[] = [];
    here.client.use(async (payload, next) => {
      seen.push(structuredClone(payload));
      await next();
    });

    const jid = await push();

    const now = (await here.redis.lrange("queue:default", 0, -1))
      .concat(await here.redis.lrange("queue:low", 0, -1))
      .map((text) => JSON.parse(text) as Payload);
    const later = await scheduled(here.redis);
    for (const job of now) delete job.enqueued_at;
    expect([...now, ...later.map(({ payload, at }) => ({ ...payload, at }))]).toEqual(seen);
    expect(seen).toMatchObject([
      { class: "HardJob", args: [1], jid, created_at: expect.any(Number) as number },
    ]);
  },
);

test.each([
  [8, /^\d{13}$/],
  [7, /^\d{10}\.\d+$/],
] as const)("client middleware sees a time as it is stored, for Sidekiq %i", async (wire, spelling) => {
  const seen: unknown[] = [];
  const see: ClientMiddleware = (payload, next) => {
    seen.push(payload.created_at);
    return next();
  };
  here.client = here.open({ wire, middleware: [see] });
  vi.useFakeTimers({ toFake: ["Date"], now: 1_795_451_241_000 });
  onTestFinished(() => void vi.useRealTimers());

  await hardJob().performAsync("a second without a fraction");
  await hardJob().performBulk([["in bulk"]]);

  const texts = await here.redis.lrange("queue:default", 0, -1);
  const created = texts.map((text) => /"created_at":([\d.]+)/.exec(text)?.[1]);
  for (const time of created) expect(time).toMatch(spelling);
  expect(created.map(Number)).toEqual(seen);
});

test("client middleware may move a job to another time, or have it run at once", async () => {
  here.client.use(async (payload, next) => {
    if (payload.args[0] === "now") delete payload["at"];
    else payload["at"] = 4_102_444_800;
    await next();
  });

  await hardJob().performIn(60, "later");
  await hardJob().performIn(60, "now");
  await hardJob().performAsync("delayed");
  await here.client.pushBulk({ class: "HardJob", args: [["bulk"], ["now"]], at: 4_000_000_000 });

  const later = await scheduled(here.redis);
  expect(later.map(({ payload, at }) => [payload.args[0], at])).toEqual(
    expect.arrayContaining([
      ["later", 4_102_444_800],
      ["delayed", 4_102_444_800],
      ["bulk", 4_102_444_800],
    ]),
  );
  expect(later).toHaveLength(3);
  expect(later.every(({ payload }) => !("at" in payload) && !("enqueued_at" in payload))).toBe(true);
  const now = await queued(here.redis);
  expect(now.map(({ args }) => args)).toEqual([["now"], ["now"]]);
  expect(now.every(({ enqueued_at: at }) => typeof at === "number")).toBe(true);
});

test("client middleware that sets a time that is none stops the push with an error", async () => {
  here.client.use((payload, next) => {
    payload["at"] = "tomorrow";
    return next();
  });

  await expect(hardJob().performAsync(1)).rejects.toThrow("'at' must be a Numeric timestamp");

  expect(await here.redis.dbsize()).toBe(0);
});

test("client middleware sees when a job was made that runs inline", async () => {
  const seen: unknown[] = [];
  here.client.use((payload, next) => {
    seen.push(Object.keys(payload));
    return next();
  });

  await hardJob().performInline(1);

  expect(seen).toEqual([["retry", "queue", "args", "class", "jid", "created_at"]]);
});
