/** Searching the sets: what is found, how far it looks, and going on from there while others add and remove. */
import { FilterError } from "@tsq/core";
import { DeadSet, RetrySet, ScheduledSet } from "@tsq/core/api";
import type { JobSet, SearchResult, SetSearchOptions, SortedEntry } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

/** However slow the machine is. */
const PATIENT = { mostMs: 60_000 };

const fill = async (
  key: string,
  count: number,
  scoreOf: (i: number) => number = (i) => i,
  fieldsOf: (i: number) => Readonly<Record<string, unknown>> = () => ({}),
): Promise<void> => {
  for (let from = 0; from < count; from += 1_000) {
    const some = Array.from({ length: Math.min(1_000, count - from) }, (_, i) => from + i);
    await redis.zadd(
      key,
      ...some.flatMap((i) => [
        scoreOf(i),
        payloadText({ jid: `j${i}`, class: `Job${i % 3}`, ...fieldsOf(i) }),
      ]),
    );
  }
};

const jids = (items: readonly SortedEntry[]): readonly (string | undefined)[] => items.map(({ jid }) => jid);

/** All that is found, page by page, and what happens between them. */
const pages = async (
  set: JobSet,
  filter: string,
  options: SetSearchOptions,
  between: (found: SearchResult<SortedEntry>) => Promise<unknown> = async () => {},
): Promise<readonly (string | undefined)[]> => {
  const found: (string | undefined)[] = [];
  let after: string | undefined;
  do {
    const result = await set.search(filter, { ...PATIENT, ...options, after });
    found.push(...jids(result.items));
    after = result.cursor;
    await between(result);
  } while (after !== undefined);
  return found;
};

describe("a search of a set", () => {
  test("of none finds none", async () => {
    expect(await new RetrySet({ redis }).search("class:HardJob", PATIENT)).toEqual({
      items: [],
      looked: 0,
      total: 0,
      cursor: undefined,
    });
  });

  test("of one finds it, with its score", async () => {
    await fill("dead", 1, () => 1.5);

    const { items, looked, total, cursor } = await new DeadSet({ redis }).search("class:Job0", PATIENT);

    expect(items).toMatchObject([{ jid: "j0", score: 1.5 }]);
    expect({ looked, total, cursor }).toEqual({ looked: 1, total: 1, cursor: undefined });
  });

  test("looks from the highest score down, and says how far it has looked", async () => {
    await fill("retry", 2_500);

    const result = await new RetrySet({ redis }).search("class:Job0", { ...PATIENT, limit: 3 });

    expect(jids(result.items)).toEqual(["j2499", "j2496", "j2493"]);
    expect(result).toMatchObject({ looked: 7, total: 2_500 });
    expect(result.cursor).toBeDefined();
  });

  test("ends when as many were looked at as it may, or as long, and always looks at some", async () => {
    await fill("retry", 2_500);
    const set = new RetrySet({ redis });

    const few = await set.search("class:None", { ...PATIENT, most: 700 });
    const short = await set.search("class:None", { mostMs: 1 });

    expect(few).toMatchObject({ items: [], looked: 700 });
    expect(few.cursor).toBeDefined();
    expect(short.looked).toBeGreaterThan(0);
  });

  test.each([
    ["each its own score", (i: number) => i],
    ["one score in common", () => 7],
    ["a few scores", (i: number) => i % 3],
    ["scores beyond all numbers", (i: number) => [Infinity, -Infinity, -1.5e-7, 2e20][i % 4] ?? 0],
  ])("goes on where it has stopped, and finds each once (%s)", async (_, scoreOf) => {
    await fill("retry", 1_000, scoreOf);
    const set = new RetrySet({ redis });

    const found = await pages(set, "", { limit: 90 });

    expect(found).toHaveLength(1_000);
    expect(new Set(found).size).toBe(1_000);
    expect(await pages(set, "", { limit: 90, order: "asc" })).toEqual(found.toReversed());
  });

  test.each([
    ["each its own score", (i: number) => i, "desc"],
    ["one score in common", () => 7, "desc"],
    ["each its own score", (i: number) => i, "asc"],
    ["one score in common", () => 7, "asc"],
  ] as const)(
    "leaves none out that stays, while others come and go (%s, %s, %s)",
    async (_, scoreOf, order) => {
      await fill("retry", 1_000, scoreOf);
      const set = new RetrySet({ redis });
      let round = 0;

      const found = await pages(set, "", { limit: 45, order }, async ({ items }) => {
        round++;
        await redis.zadd("retry", 10_000 + round, payloadText({ jid: `new${round}` }));
        await redis.zadd("retry", 7, payloadText({ jid: `same${round}` }));
        // At times the one that the cursor names.
        if (round % 3 === 0) await items.at(-1)?.delete();
        else await items[5]?.delete();
      });

      const left = jids((await set.page({ limit: 1_000 })).items).filter((jid) => jid?.startsWith("j"));
      expect(left.length).toBeGreaterThan(900);
      expect(found).toEqual(expect.arrayContaining([...left]));
    },
  );

  test("from the lowest score up looks at no more than the times of its filter", async () => {
    await fill("schedule", 100, (i) => 2_000_000_000 + i);

    const filter = "after:2000000010 before:2000000013";
    const { items, looked } = await new ScheduledSet({ redis }).search(filter, { ...PATIENT, order: "asc" });

    expect(jids(items)).toEqual(["j10", "j11", "j12"]);
    expect(looked).toBe(3);
  });

  test("ends though every entry that it finds is deleted", async () => {
    await fill("retry", 1_000, () => 7);

    const found = await pages(new RetrySet({ redis }), "", { limit: 300 }, async ({ items }) => {
      for (const entry of items) await entry.delete();
    });

    expect(found).toHaveLength(1_000);
    expect(await redis.exists("retry")).toBe(0);
  });

  test("begins and ends with the times that are asked for", async () => {
    await fill("retry", 3_000, (i) => 1_000_000_000 + i);

    const result = await new RetrySet({ redis }).search("after:1000002000 before:1000002010", PATIENT);

    expect(jids(result.items)).toEqual(Array.from({ length: 10 }, (_, i) => `j${2009 - i}`));
    expect(result.looked).toBe(10);
  });

  test("finds a needle among many, and asks for no more than a thousand at once", async () => {
    await fill(
      "dead",
      6_000,
      (i) => i,
      (i) => (i === 321 ? { error_message: "the needle" } : {}),
    );
    const asked: number[] = [];
    const client = server.client();
    const send = client.sendCommand.bind(client);
    client.sendCommand = (command, ...rest) => {
      if (command.name === "zrevrange") asked.push(Number(command.args[2]) - Number(command.args[1]) + 1);
      return send(command, ...rest);
    };

    const result = await new DeadSet({ redis: client }).search("needle", {
      most: Infinity,
      mostMs: 60_000,
      limit: 1,
    });

    expect(jids(result.items)).toEqual(["j321"]);
    expect(result).toMatchObject({ looked: 6_000 - 321, total: 6_000 });
    expect(asked.length).toBeGreaterThan(5);
    expect(Math.max(...asked)).toBeLessThanOrEqual(1_000);
  });

  test("takes smaller pieces of larger jobs", async () => {
    await fill(
      "dead",
      300,
      (i) => i,
      (i) => ({ args: [`${i}`.repeat(20_000)] }),
    );

    const found = await pages(new DeadSet({ redis }), "", { limit: 1_000 });

    expect(found).toHaveLength(300);
  });

  test("shows what is no job, and is not led astray by what it says", async () => {
    const odd = ["no json", "[1]", "null", '{"class":7}', '{"class":"\\u202eJob","jid":"~1~<script>"}', ""];
    await redis.zadd("dead", ...odd.flatMap((text, i) => [i, text]), 9, Buffer.from([0xff, 0x00, 0x7e]));

    const found = await pages(new DeadSet({ redis }), "", { limit: 1 });

    expect(found).toHaveLength(7);
    expect(found).toContain("~1~<script>");
  });

  test("is ended by its signal, with the signal's reason", async () => {
    await fill("retry", 10);
    const reason = new Error("left the page");

    const search = new RetrySet({ redis }).search("", { signal: AbortSignal.abort(reason) });

    await expect(search).rejects.toBe(reason);
  });

  test.each(["", "x", "1~2", "1~2~xyz", "nan~1~0123456789ab", "1~2~0123456789ab\n"])(
    "refuses the cursor %j",
    async (after) => {
      await expect(new RetrySet({ redis }).search("", { after })).rejects.toThrow(FilterError);
    },
  );

  test.each([{ limit: 0 }, { limit: 1_001 }, { most: 0 }, { mostMs: Number.NaN }, { limt: 5 }])(
    "refuses the options %j",
    async (options) => {
      await expect(new RetrySet({ redis }).search("", options)).rejects.toMatchObject({ code: "TSQ_CONFIG" });
    },
  );

  test("refuses a filter that it does not understand", async () => {
    await expect(new RetrySet({ redis }).search("clas:A")).rejects.toThrow("Did you mean `class`?");
  });
});

describe("a search that asks of each job", () => {
  test("asks about some at once, and ends in the midst of them when its time is over", async () => {
    await fill("dead", 500);
    let [asking, most, asked] = [0, 0, 0];
    const only = async (): Promise<boolean> => {
      asked++;
      most = Math.max(most, ++asking);
      await new Promise((resolve) => setTimeout(resolve, 2));
      asking--;
      return false;
    };

    const first = await new DeadSet({ redis }).search("class:Job*", { only, mostMs: 1 });

    // A piece of the set is a thousand jobs.
    expect([first.items, first.looked, asked, most]).toEqual([[], 25, 25, 25]);
    const { cursor } = first;
    const rest = await new DeadSet({ redis }).search("class:Job*", {
      after: cursor,
      only: () => true,
      ...PATIENT,
    });
    expect(rest.items[0]?.jid).toBe("j474");
  });

  test("asks about none that the filter does not mean, and finds as many as are wanted", async () => {
    await fill("dead", 100);
    const asked: (string | undefined)[] = [];

    const { items, cursor } = await new DeadSet({ redis }).search("class:Job1", {
      limit: 5,
      only: ({ jid, displayClass }) => {
        asked.push(displayClass);
        return jid !== "j97";
      },
      ...PATIENT,
    });

    expect(new Set(asked)).toEqual(new Set(["Job1"]));
    expect(jids(items)).toEqual(["j94", "j91", "j88", "j85", "j82"]);
    expect(cursor).toBeDefined();
  });
});
