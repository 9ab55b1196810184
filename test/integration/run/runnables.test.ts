/** A worker runs whatever is a Runnable, made by defineJob or not. */
import type { JobContext, Runnable } from "@tsq/core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(() => workers.clear());
afterAll(() => server.stop());

test("a worker runs a Runnable for its class, and one for the class that a wrapper wraps, with their options", async () => {
  const ran: unknown[] = [];
  const runnable = (name: string, over: Partial<Runnable> = {}): Runnable => ({
    name,
    options: { retry: 7 },
    hooks: { retryIn: () => 60 },
    run({ jid, payload }: JobContext) {
      ran.push([name, payload.args]);
      if (jid === "bad") throw new Error("no such luck");
    },
    ...over,
  });
  await pushTexts(workers.redis, [
    payloadText({ class: "HelloJob", jid: "good", args: [1] }),
    payloadText({ class: "Any::Wrapper", wrapped: "WrappedJob", jid: "bad", args: [2] }),
  ]);

  await workers.start({
    jobs: [runnable("HelloJob"), runnable("WrappedJob", { isWrapped: true })],
    concurrency: 1,
  });

  const [text] = await eventually(async () => {
    const texts = await workers.redis.zrange("retry", "0", "-1");
    expect(texts).toHaveLength(1);
    expect(ran).toHaveLength(2);
    return texts;
  });
  expect(new Set(ran)).toEqual(
    new Set([
      ["HelloJob", [1]],
      ["WrappedJob", [2]],
    ]),
  );
  expect(JSON.parse(text ?? "")).toMatchObject({ jid: "bad", error_message: "no such luck" });
});
