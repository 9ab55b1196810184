/** A transport of a client gets the bytes that Redis would get, for every way of pushing. */
import { Client, defineJob } from "@tsq/core";
import type { ClientMiddleware, ClientOptions } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { scheduled } from "../../support/jobs-in-redis.ts";
import { NotingTransport } from "../../support/noting-transport.ts";

const here = clientTests();
const YEAR_2100 = 4_102_444_800;

const job = (client: Client) =>
  defineJob(
    "HardJob",
    { client, queue: "hard", tags: ["a"], retry: 5 },
    (_job, ..._args: readonly unknown[]) => {},
  );

/** What is there after the pushes, with words for jids and the shapes of times. */
const shape = (text: string): string =>
  text
    .replace(/"jid":"[0-9a-f]{24}"/, '"jid":"<jid>"')
    .replaceAll(/_at":\d{10}\.\d+/g, '_at":"<float seconds>"')
    .replaceAll(/_at":\d{13}(?=[,}])/g, '_at":"<ms>"');

interface Content {
  readonly queues: Readonly<Record<string, readonly string[]>>;
  readonly scheduled: readonly (readonly [string, number])[];
}

/** In no order within the schedule: members of one score are ordered by their jids. */
const shapes = (content: Content): unknown => [
  Object.fromEntries(Object.entries(content.queues).map(([name, texts]) => [name, texts.map(shape)])),
  content.scheduled.map(([text, at]) => `${at} ${shape(text)}`).toSorted(),
];

const inRedis = async (): Promise<Content> => {
  const queues: Record<string, string[]> = {};
  for (const name of await here.redis.smembers("queues"))
    queues[name] = await here.redis.lrange(`queue:${name}`, 0, -1);
  return { queues, scheduled: (await scheduled(here.redis)).map(({ text, at }) => [text, at]) };
};

const WAYS: Readonly<Record<string, (client: Client) => Promise<unknown>>> = {
  "performAsync()": async (client) => {
    await job(client).performAsync(1, { a: "é", b: 2n ** 70n }, null);
    await job(client).performAsync(2);
  },
  "performAt()": (client) => job(client).performAt(new Date(YEAR_2100 * 1000), 1),
  "set()": (client) =>
    job(client)
      .set({ queue: "low", own: [1] })
      .performAsync(1),
  "set() with a jid": (client) => job(client).set({ jid: "mine" }).performAsync(1),
  "performBulk()": (client) => job(client).performBulk([[1], [2], [3]]),
  "performBulk() with times": (client) =>
    job(client).performBulk([[1], [2]], { at: [YEAR_2100, YEAR_2100 + 0.5] }),
  "Client.push()": (client) => client.push({ class: "HardJob", args: [1], created_at: 5 }),
  "Client.push() with a time": (client) => client.push({ class: "HardJob", args: [1], at: 60 }),
  "Client.pushBulk() in slices": (client) =>
    client.pushBulk({ class: "HardJob", args: [[1], [2], [3]], batch_size: 2, queue: "low" }),
};

const stamp: ClientMiddleware = (payload, next) => {
  payload["tenant"] = "t";
  payload.queue = `${payload.queue}_t`;
  return payload.args[0] === 2 ? undefined : next();
};
const OPTIONS: Readonly<Record<string, ClientOptions>> = {
  "no middleware": {},
  "a middleware that changes and stops jobs": { middleware: [stamp] },
  "default options": { defaultJobOptions: { retry: 3, backtrace: true } },
};

describe.each(Object.entries(OPTIONS))("with %s", (_with, options) => {
  describe.each([7, 8] as const)("and the times of Sidekiq %i", (wire) => {
    test.each(Object.entries(WAYS))("%s gives a transport the bytes of Redis", async (_way, push) => {
      const transport = new NotingTransport(wire);

      await push(here.open({ ...options, wire }));
      const { redis: _redis, ...own } = { redis: undefined, ...options };
      await push(new Client({ ...own, transport }));

      const content = await inRedis();
      expect(Object.keys(content.queues).length + content.scheduled.length).toBeGreaterThan(0);
      expect(shapes(transport)).toEqual(shapes(content));
    });
  });
});
