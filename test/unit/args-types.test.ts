/**
 * What the compiler knows of jobs whose arguments have a schema, with the libraries that people use. The checks are made
 * by `tsc -b`: a line marked as an error that is none is itself one.
 */
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { defineJob, remoteJob } from "@tsq/core";
import type { ArgsSchema, InputArgs, Job, JobContext, OutputArgs, StandardSchema } from "@tsq/core";
import { type } from "arktype";
import * as v from "valibot";
import { describe, expectTypeOf, test } from "vitest";
import { z } from "zod";

const address = z.object({ zip: z.string() });

describe("a job with a schema", () => {
  test("takes what the schema takes, and hands its function what the schema makes of it", () => {
    const job = defineJob(
      "SyncJob",
      { args: z.tuple([z.number(), z.iso.date().transform((text) => new Date(text))]) },
      (context, id, day) => {
        expectTypeOf(context).toEqualTypeOf<JobContext>();
        expectTypeOf(id).toEqualTypeOf<number>();
        expectTypeOf(day).toEqualTypeOf<Date>();
      },
    );
    const low = job.set({ queue: "low" });

    expectTypeOf(job).toEqualTypeOf<Job<[number, string]>>();
    expectTypeOf<typeof job.performAsync>().parameters.toEqualTypeOf<[number, string]>();
    expectTypeOf<typeof job.performIn>().parameters.toEqualTypeOf<[seconds: number, number, string]>();
    expectTypeOf<typeof job.performAt>().parameters.toEqualTypeOf<[time: number | Date, number, string]>();
    expectTypeOf<typeof job.performInline>().parameters.toEqualTypeOf<[number, string]>();
    expectTypeOf<typeof job.performBulk>()
      .parameter(0)
      .toEqualTypeOf<Iterable<[number, string]> | AsyncIterable<[number, string]>>();
    expectTypeOf<typeof low.performAsync>().parameters.toEqualTypeOf<[number, string]>();
  });

  test("may have one of zod, valibot or arktype, of a tuple or of an array", () => {
    const jobs = (): unknown => [
      defineJob("A", { args: z.tuple([address]) }, (_job, one) => {
        expectTypeOf(one).toEqualTypeOf<{ zip: string }>();
      }),
      defineJob("A", { args: z.tuple([z.string(), z.number().optional()]) }, (_job, _one, two) => {
        expectTypeOf(two).toEqualTypeOf<number | undefined>();
      }),
      defineJob("A", { args: z.array(z.number()), queue: "low" }, (_job, ...ids) => {
        expectTypeOf(ids).toEqualTypeOf<number[]>();
      }),
      defineJob("A", { args: v.tuple([v.object({ zip: v.string() }), v.number()]) }, (_job, one, two) => {
        expectTypeOf(one).toEqualTypeOf<{ zip: string }>();
        expectTypeOf(two).toEqualTypeOf<number>();
      }),
      defineJob(
        "A",
        {
          args: v.pipeAsync(
            v.tuple([v.string()]),
            v.checkAsync(async () => true),
          ),
        },
        (_job, one) => {
          expectTypeOf(one).toEqualTypeOf<string>();
        },
      ),
      defineJob("A", { args: type([{ zip: "string" }, "number"]) }, (_job, one, two) => {
        expectTypeOf(one).toEqualTypeOf<{ zip: string }>();
        expectTypeOf(two).toEqualTypeOf<number>();
      }),
      defineJob("A", { args: type("number[]") }, (_job, ...ids) => {
        expectTypeOf(ids).toEqualTypeOf<number[]>();
      }),
      // A function that takes more than it is given.
      defineJob("A", { args: z.tuple([z.number()]) }, (_job, _id: number | string) => {}),
      defineJob("A", { args: z.tuple([z.number()]), invalidArgs: "kill" }, () => {}),
    ];

    expectTypeOf(jobs).toBeFunction();
  });

  test("may be one that Ruby runs", () => {
    const job = remoteJob("RubyJob", { queue: "critical", args: z.tuple([z.bigint(), address]) });

    expectTypeOf(job).toEqualTypeOf<Job<[bigint, { zip: string }]>>();
  });

  test("is not pushed with, or defined for, other arguments", () => {
    const args = z.tuple([z.number(), z.string()]);
    const job = defineJob("A", { args }, () => {});
    const options = { args };
    const wrong = (): unknown[] => [
      // @ts-expect-error -- a string for a number
      job.performAsync("1", "a"),
      // @ts-expect-error -- too few
      job.performAsync(1),
      // @ts-expect-error -- a wrong one in the second job
      job.performBulk([[1, "a"], [2]]),
      // @ts-expect-error -- set() is no exception
      job.set({ queue: "low" }).performIn(5, "1", "a"),
      // @ts-expect-error -- a function that takes something else
      defineJob("A", { args }, (_job, _id: string) => {}),
      // @ts-expect-error -- also where the options have a name
      defineJob("A", options, (_job, _id: string) => {}),
      // @ts-expect-error -- an object is no list of arguments
      defineJob("A", { args: address }, () => {}),
      // @ts-expect-error -- nor is a function that checks
      defineJob("A", { args: (given: unknown) => Array.isArray(given) }, () => {}),
      // @ts-expect-error -- no such end
      defineJob("A", { args, invalidArgs: "discard" }, () => {}),
      // @ts-expect-error -- nothing is invalid without a schema
      defineJob("A", { invalidArgs: "kill" }, () => {}),
      // @ts-expect-error -- Ruby decides what becomes of it
      remoteJob("A", { args, invalidArgs: "kill" }),
      // @ts-expect-error -- the schema names the arguments already
      remoteJob<[id: string]>("A", { args }),
    ];

    expectTypeOf(wrong).toBeFunction();
  });

  test("takes integers that may be bigints, and none that never are when they are small", () => {
    const check = (): unknown[] => [
      defineJob("A", { args: z.tuple([z.union([z.number(), z.bigint()])]) }, () => {}),
      // Whatever is taken, a bigint is made.
      defineJob("A", { args: z.tuple([z.coerce.bigint()]) }, (_job, id) => {
        expectTypeOf(id).toEqualTypeOf<bigint>();
      }),
      // @ts-expect-error -- 7n arrives as 7, which this schema does not take
      defineJob("A", { args: z.tuple([z.bigint()]) }, () => {}),
      // @ts-expect-error -- and so it does in objects
      defineJob("A", { args: v.tuple([v.object({ id: v.bigint() })]) }, () => {}),
    ];

    expectTypeOf(check).toBeFunction();
  });
});

describe("the interface of schemas", () => {
  test("is that of Standard Schema", () => {
    expectTypeOf<StandardSchemaV1<string, number>>().toExtend<StandardSchema<string, number>>();
    expectTypeOf<StandardSchema<string, number>>().toExtend<StandardSchemaV1<string, number>>();
    expectTypeOf<StandardSchemaV1<[number], [Date]>>().toExtend<ArgsSchema>();
    expectTypeOf<StandardSchemaV1<string>>().not.toExtend<ArgsSchema>();
    expectTypeOf<InputArgs<StandardSchemaV1<[number], [Date]>>>().toEqualTypeOf<[number]>();
    expectTypeOf<OutputArgs<StandardSchemaV1<[number], [Date]>>>().toEqualTypeOf<[Date]>();
  });
});
