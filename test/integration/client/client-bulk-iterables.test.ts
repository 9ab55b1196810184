import type { BulkItem } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { eventually } from "../../support/eventually.ts";
import { queued, scheduled } from "../../support/jobs-in-redis.ts";

const YEAR_2100 = 4_102_444_800;

const here = clientTests({ tap: true });

const lists = (count: number): number[][] => Array.from({ length: count }, (_, i) => [i]);
const bulk = (args: BulkItem["args"], options: Partial<BulkItem> = {}) =>
  here.client.pushBulk({ class: "HardJob", args, ...options });
/** How many jobs each command carried. */
const pushed = (): number[] => here.tap.commands("lpush").map((command) => command.length - 2);
const argsQueued = async () => (await queued(here.redis)).map(({ args }) => args[0]);

describe("jobs of an iterable", () => {
  function* generated(count: number, taken: number[] = []): Generator<number[]> {
    for (let n = 0; n < count; n++) {
      taken.push(n);
      yield [n];
    }
  }
  async function* arriving(count: number): AsyncGenerator<number[]> {
    for (const list of generated(count)) yield await Promise.resolve(list);
  }

  test.each<[string, () => BulkItem["args"]]>([
    ["a generator", () => generated(2_500)],
    ["an async generator", () => arriving(2_500)],
    ["a set", () => new Set(lists(2_500))],
  ])("are pushed in slices, one jid for each: %s", async (_what, args) => {
    await bulk([[0]], { queue: "before" });
    here.tap.reset();

    const jids = await here.client.pushBulk({ class: "HardJob", args: args() });

    expect(jids).toEqual((await queued(here.redis)).map(({ jid }) => jid));
    expect(await argsQueued()).toEqual(lists(2_500).flat());
    expect(pushed()).toEqual([1_000, 1_000, 500]);
  });

  test("are taken a slice at a time, while two are on their way at most", async () => {
    await bulk([[0]], { queue: "before" });
    const taken: number[] = [];
    here.proxy.sleep();

    const push = bulk(generated(100, taken), { batch_size: 10 });
    await eventually(() => expect(pushed()).toEqual([1, 10, 10]));
    expect(taken.length).toBeLessThanOrEqual(30);
    here.proxy.wake();
    await push;

    expect(await argsQueued()).toEqual(lists(100).flat());
  });

  test("have one time for all, or are spread", async () => {
    await bulk(arriving(3), { at: YEAR_2100 });
    await bulk(generated(3), { spread_interval: 60 });

    expect(await scheduled(here.redis)).toHaveLength(6);
  });

  test("end with the error of the iterable, when those before it are pushed; it is closed after any other", async () => {
    let isClosed = false;
    function* failing(): Generator<unknown[]> {
      try {
        yield [1];
        yield [2];
        yield [undefined];
        yield [4];
      } finally {
        isClosed = true;
      }
    }
    async function* broken(): AsyncGenerator<number[]> {
      yield await Promise.resolve([3]);
      throw new Error("the cursor is gone");
    }

    await expect(bulk(failing(), { batch_size: 2 })).rejects.toThrow("must be native JSON types");
    await expect(bulk(broken(), { batch_size: 1 })).rejects.toThrow("the cursor is gone");

    expect(isClosed).toBe(true);
    expect(await argsQueued()).toEqual([1, 2, 3]);
  });

  test.each<[string, Partial<BulkItem>, string]>([
    ["a string", { args: "abc" as unknown as [] }, "Bulk arguments must be an Array of Arrays"],
    ["of no lists", { args: new Set([1]) as unknown as [] }, "Bulk arguments must be an Array of Arrays"],
    ["an object", { args: {} as unknown as [] }, "Bulk arguments must be an Array of Arrays"],
    ["with a list of times", { args: generated(1), at: [1] }, "Job 'at' Array must have same size"],
    ["with a jid", { args: generated(1), jid: "mine" }, "Explicitly passing 'jid'"],
  ])("are refused: %s", async (_what, options, message) => {
    await expect(bulk([], options)).rejects.toThrow(message);

    expect(here.tap.commands("lpush", "zadd", "sadd")).toEqual([]);
  });
});
