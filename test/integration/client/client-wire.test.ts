import { defineJob } from "@tsq/core";
import type { Client } from "@tsq/core";
import { afterEach, describe, expect, test, vi } from "vitest";
import { clientTests } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { queuedTexts, scheduled } from "../../support/jobs-in-redis.ts";
import { vector } from "../../support/vectors.ts";

const FLOAT_SECONDS = /^\d{10}\.\d{1,3}$/;
const MILLISECONDS = /^\d{13}$/;

const here = clientTests({ tap: true });
afterEach(() => void vi.useRealTimers());

/** A process as its heartbeat leaves it; without info it has died, and only its name is left. */
const register = async (identity: string, info?: string): Promise<void> => {
  await here.redis.sadd("processes", identity);
  if (info !== undefined) await here.redis.hset(identity, "info", info);
};

const ruby = (version?: string): string =>
  JSON.stringify({ hostname: "h", pid: 1, queues: ["default"], version });

/** Both times of a job that is pushed now, as they are spelled. */
const spelling = async (client: Client): Promise<readonly (string | undefined)[]> => {
  await client.push({ class: "HardJob", args: [] });
  const text = (await queuedTexts(here.redis)).at(-1) ?? "";
  return [/"created_at":([^,}]+)/.exec(text)?.[1], /"enqueued_at":([^,}]+)/.exec(text)?.[1]];
};

const expectSpelling = async (client: Client, expected: RegExp): Promise<void> => {
  for (const time of await spelling(client)) expect(time).toMatch(expected);
};

describe("times are integer milliseconds, as Sidekiq 8 writes them,", () => {
  test.each<[string, readonly (string | undefined)[]]>([
    ["where nobody works", []],
    ["beside Sidekiq 8", [ruby("8.1.7"), ruby("8.0.0")]],
    ["beside a Sidekiq that is yet to come", [ruby("10.0.0")]],
    ["beside workers of our own", ['{"version":"tsq 0.1.0"}', '{"version":"tsq 7.0.0"}']],
    ["beside a process whose record is garbage", ["not json", "null"]],
    ["beside an old process that has died", [undefined]],
  ])("%s", async (_where, infos) => {
    for (const [i, info] of infos.entries()) await register(`host:${i}:abc`, info);

    await expectSpelling(here.open(), MILLISECONDS);
  });
});

describe("times are seconds with a fraction, as Sidekiq 7 reads them,", () => {
  test.each<[string, readonly string[]]>([
    ["beside Sidekiq 7", [ruby("7.3.2")]],
    ["beside Sidekiq 6 and 7.0.1, which name no version", [ruby()]],
    ["beside Sidekiq 6.5 should it name its version", [ruby("6.5.12")]],
    ["beside a version that is no number", [ruby("edge")]],
    [
      "when one of many is older than 8",
      [ruby("8.1.7"), ruby("8.0.1"), ruby("7.3.10"), '{"version":"tsq 0.1.0"}'],
    ],
  ])("%s", async (_where, infos) => {
    for (const [i, info] of infos.entries()) await register(`host:${i}:abc`, info);

    await expectSpelling(here.open(), FLOAT_SECONDS);
  });
});

describe("the records that real processes left", () => {
  test.each([
    ["heartbeat", "6.4.1", FLOAT_SECONDS],
    ["heartbeat", "7.3.2", FLOAT_SECONDS],
    ["heartbeat", "8.0.10", MILLISECONDS],
    ["heartbeat", "8.1.7", MILLISECONDS],
    ["quiet", "6.4.1", FLOAT_SECONDS],
    ["quiet", "7.3.2", FLOAT_SECONDS],
    ["quiet", "8.0.10", MILLISECONDS],
    ["quiet", "8.1.7", MILLISECONDS],
    ["embedded-capsules", "7.3.2", FLOAT_SECONDS],
    ["embedded-capsules", "8.1.7", MILLISECONDS],
  ])("of %s by Sidekiq %s decide as its version does", async (scenario, version, expected) => {
    for (const [identity, key] of Object.entries(vector(scenario, version).keys)) {
      const info = key.type === "hash" ? key.value["info"] : undefined;
      if (typeof info === "string") await register(identity, info);
    }
    expect(await here.redis.scard("processes")).toBeGreaterThan(0);

    await expectSpelling(here.open(), expected);
  });
});

describe("a client whose times are pinned", () => {
  test.each([
    [7, FLOAT_SECONDS, "8.1.7"],
    [8, MILLISECONDS, "7.3.2"],
  ] as const)("to %s writes them so, whoever works, and does not ask", async (wire, expected, version) => {
    await register("host:1:abc", ruby(version));
    const client = here.open({ wire });

    await expectSpelling(client, expected);

    expect(here.tap.commands("smembers")).toEqual([]);
  });
});

describe("a client that is to look by itself", () => {
  test("asks once for all jobs that are pushed meanwhile", async () => {
    const client = here.open();
    const job = defineJob("HardJob", { client }, (_job, _n: number) => {});

    await Promise.all(Array.from({ length: 100 }, (_, n) => job.performAsync(n)));
    await job.performAsync(100);

    expect(here.tap.commands("smembers")).toHaveLength(1);
    expect(await here.redis.llen("queue:default")).toBe(101);
  });

  test("spells every way of pushing alike", async () => {
    await register("host:1:abc", ruby("7.3.2"));
    const client = here.open();
    const job = defineJob("HardJob", { client }, () => {});

    await job.performIn(60);
    await job.performIn(60);
    await job.performBulk([[], []]);
    await client.push({ class: "HardJob", args: [] });

    const later = (await scheduled(here.redis)).map(({ text }) => text);
    const texts = [...later, ...(await queuedTexts(here.redis))];
    expect(texts).toHaveLength(5);
    for (const text of texts) {
      for (const [, time] of text.matchAll(/"(?:created|enqueued)_at":([^,}]+)/g)) {
        expect(time).toMatch(FLOAT_SECONDS);
      }
    }
  });

  test("looks again now and then, and follows when an older Sidekiq has come", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const client = here.open();
    await expectSpelling(client, MILLISECONDS);
    await register("host:1:abc", ruby("7.3.2"));
    await expectSpelling(client, MILLISECONDS);

    vi.setSystemTime(Date.now() + 11_000);

    await eventually(() => expectSpelling(client, FLOAT_SECONDS));
  });

  test("asks again when it got no answer", async () => {
    await register("host:1:abc", ruby("7.3.2"));
    const client = here.open();
    here.tap.answer((name) => (name === "smembers" ? "-ERR not now\r\n" : undefined));
    await expect(spelling(client)).rejects.toThrow("ERR not now");
    expect(await here.redis.exists("queue:default")).toBe(0);

    here.tap.answer(() => undefined);

    await expectSpelling(client, FLOAT_SECONDS);
  });

  test("goes by what it last saw when it gets no answer later", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    await register("host:1:abc", ruby("7.3.2"));
    const client = here.open();
    await expectSpelling(client, FLOAT_SECONDS);
    here.tap.answer((name) => (name === "smembers" ? "-ERR not now\r\n" : undefined));

    vi.setSystemTime(Date.now() + 11_000);

    await expectSpelling(client, FLOAT_SECONDS);
    await eventually(() => expect(here.tap.commands("smembers")).toHaveLength(2));
    await expectSpelling(client, FLOAT_SECONDS);
  });
});
