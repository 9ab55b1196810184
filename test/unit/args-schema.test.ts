/** Arguments are checked by the schema of their job before anything of them is pushed, and before the job runs inline. */
import { defineJob, InvalidJobError, remoteJob } from "@tsq/core";
import type { Job } from "@tsq/core";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { gate } from "../support/gate.ts";
import { anyhow, pushing, schemaBy } from "../support/schemas.ts";
import type { Args } from "../support/schemas.ts";

const address = { zip: "1234" };
const SCHEMAS = {
  zod: z.tuple([z.object({ zip: z.string() }), z.number().int()]),
  valibot: v.tuple([v.object({ zip: v.string() }), v.pipe(v.number(), v.integer())]),
  arktype: type([{ zip: "string" }, "number.integer"]),
};

describe.each(Object.entries(SCHEMAS))("a job with a schema of %s", (_library, args) => {
  const made = () => {
    const { client, ...rest } = pushing();
    const ran: unknown[] = [];
    return {
      ...rest,
      ran,
      job: anyhow(defineJob("SyncJob", { args, client }, (_job, ...got) => void ran.push(got))),
    };
  };
  const wrong = [{ zip: 5 }, 1.5];
  const told =
    /^Expected arguments of SyncJob that its `args` schema takes, but args\[0\]\.zip: .+; args\[1\]: .+\. Pass what it takes\.$/;

  test("is pushed with what it takes, byte for byte as without one", async () => {
    const { job, texts } = made();
    const { client, texts: plain } = pushing();

    await job.performAsync(address, 2);
    await defineJob("SyncJob", { client }, (_job, ..._args: Args) => {}).performAsync(address, 2);

    const shape = (text = ""): string => text.replace(/"jid":"\w+"/, "").replaceAll(/_at":\d+/g, "");
    expect(shape(texts()[0])).toBe(shape(plain()[0]));
  });

  test.each<readonly [string, (job: Job<Args>) => Promise<unknown>]>([
    ["performAsync()", (job) => job.performAsync(...wrong)],
    ["performIn()", (job) => job.performIn(60, ...wrong)],
    ["performAt()", (job) => job.performAt(new Date("2100-01-01"), ...wrong)],
    ["performInline()", (job) => job.performInline(...wrong)],
    [
      "set()",
      (job) =>
        job
          .set({ queue: "low" })
          .set({ wait: 5 })
          .performAsync(...wrong),
    ],
    ["set() with sync", (job) => job.set({ sync: true }).performAsync(...wrong)],
  ])("has %s with others rejected, by path and reason, before anything is sent", async (_way, push) => {
    const { job, transport, ran } = made();

    const pushed = push(job);

    await expect(pushed).rejects.toThrow(InvalidJobError);
    await expect(pushed).rejects.toThrow(told);
    expect([transport.queues, transport.scheduled, ran]).toEqual([{}, [], []]);
  });

  test("runs inline with what it takes", async () => {
    const { job, ran } = made();

    expect(await job.performInline(address, 2)).toBe(true);

    expect(ran).toEqual([[address, 2]]);
  });
});

describe("pushing many jobs", () => {
  test.each<readonly [string, (lists: Args[]) => Iterable<Args> | AsyncIterable<Args>]>([
    ["an array", (lists) => lists],
    ["an iterable", (lists) => new Set(lists)],
    [
      "an async iterable",
      async function* (lists) {
        yield* lists;
      },
    ],
  ])("of %s sends nothing of the slice that has a list the schema does not take", async (_what, listsOf) => {
    const { client, args } = pushing();
    const job = anyhow(defineJob("SyncJob", { args: z.tuple([z.number()]), client }, () => {}));
    const lists = Array.from({ length: 1_500 }, (_, i) => [i === 1_200 ? "no" : i]);

    await expect(job.performBulk(listsOf(lists))).rejects.toThrow(
      /^Expected arguments of SyncJob that its `args` schema takes in list 1200, but args\[0\]: /,
    );

    expect(args()).toHaveLength(1_000);
  });

  test("with a time for each is checked as well, and goes where it should", async () => {
    const { client, transport } = pushing();
    const args = z.tuple([z.number()]).refine(async () => true);
    const job = defineJob("SyncJob", { args, client }, () => {});

    await job.performBulk([[1], [2]], { at: [4_102_444_800, 4_102_444_801] });

    expect(transport.scheduled.map(([, at]) => at)).toEqual([4_102_444_800, 4_102_444_801]);
    await expect(anyhow(job).performBulk([["1"]])).rejects.toThrow("in list 0, but args[0]:");
  });
});

describe("a schema that is not asynchronous", () => {
  test("lets a push go out in its own tick", async () => {
    const { client, transport } = pushing();
    const job = defineJob("SyncJob", { args: z.tuple([z.number()]), client }, () => {});

    const pushed = job.performAsync(1);
    expect(transport.calls).toEqual(["spelling", "push"]);

    await pushed;
  });
});

describe("an asynchronous schema", () => {
  test("is waited for, and what was given when it was called is pushed", async () => {
    const { client, args } = pushing();
    const { opened, open } = gate();
    const schema = schemaBy(async (value) => {
      await opened;
      return { value };
    });
    const job = defineJob("SyncJob", { args: schema, client }, () => {});
    const list = [1, 2n ** 60n];

    const pushed = job.performAsync(list);
    list.push(3);
    open();

    expect(await pushed).toMatch(/^[0-9a-f]{24}$/);
    expect(args()).toEqual([[[1, Number(2n ** 60n)]]]);
  });

  test("rejects the push when it finds fault, and is waited for before a job runs inline", async () => {
    const { client, transport } = pushing();
    const ran: unknown[] = [];
    const args = v.tupleAsync([
      v.pipeAsync(
        v.string(),
        v.checkAsync(async (text) => text !== "no", "is taken"),
      ),
    ]);
    const job = defineJob("SyncJob", { args, client }, (_job, ...got) => void ran.push(got));

    await expect(job.performAsync("no")).rejects.toThrow("but args[0]: is taken. Pass what it takes.");
    await expect(job.performInline("no")).rejects.toThrow("but args[0]: is taken. Pass what it takes.");
    await job.performInline("yes");

    expect(ran).toEqual([["yes"]]);
    expect(transport.queues).toEqual({});
  });
});

describe("what a schema makes of the arguments", () => {
  test("is for the function alone: what is pushed is what was given", async () => {
    const { client, args } = pushing();
    const ran: unknown[] = [];
    const schema = z.tuple([z.iso.date().transform((text) => new Date(text)), z.number().default(7)]);
    const job = defineJob("SyncJob", { args: schema, client }, (_job, day, n) => void ran.push(day, n));

    await anyhow(job).performAsync("2030-01-01");
    await anyhow(job).performInline("2030-01-01");

    expect(args()).toEqual([["2030-01-01"]]);
    expect(ran).toEqual([new Date("2030-01-01"), 7]);
  });

  test("does not change what the caller gave, though it changes what it gets", async () => {
    const { client, args } = pushing();
    const schema = schemaBy((value) => {
      (value[0] as { zip: string }).zip = "changed";
      return { value };
    });
    const given = { zip: "1234" };

    await defineJob("SyncJob", { args: schema, client }, () => {}).performAsync(given);

    expect([given, args()]).toEqual([{ zip: "1234" }, [[{ zip: "1234" }]]]);
  });
});

describe("integers beyond 2^53", () => {
  const big = 2n ** 60n;
  const id = z.union([z.number(), z.bigint()]);

  test("are checked as they will arrive, and small ones as numbers", async () => {
    const seen: Args[] = [];
    const schema = schemaBy((value) => {
      seen.push(value);
      return { value };
    });
    const { client, texts } = pushing();

    await anyhow(defineJob("A", { args: schema, client }, () => {})).performAsync(7n, big, [big]);
    await anyhow(defineJob("A", { args: schema, client, bigIntegers: "string" }, () => {})).performAsync(
      7n,
      big,
      [big],
    );
    await remoteJob("A", { args: schema, client }).performAsync(7n, big);

    expect(seen).toEqual([
      [7, big, [big]],
      [7, String(big), [String(big)]],
      // Ruby runs it, and knows no other integers.
      [7n, big],
    ]);
    for (const text of texts()) expect(text).toContain(`"args":[7,${big}`);
  });

  test("reach the function as the schema leaves them", async () => {
    const { client } = pushing();
    const ran: unknown[] = [];
    const args = z.tuple([id, z.coerce.bigint()]);
    const job = defineJob("SyncJob", { args, client }, (_job, ...got) => void ran.push(...got));

    await job.performInline(7n, 7);
    await job.performInline(big, big);

    expect(ran).toEqual([7, 7n, big, big]);
  });
});
