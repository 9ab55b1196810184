/** What is said of arguments that a schema does not take, of schemas that are at fault themselves, and of those that are none. */
import { Client, defineJob, InvalidArgumentsError, InvalidJobError, remoteJob } from "@tsq/core";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { pushing, schemaBy } from "../support/schemas.ts";
import type { Result } from "../support/schemas.ts";

describe("the place of a fault is told", () => {
  const refusal = async (issues: readonly unknown[]): Promise<string> => {
    const { client } = pushing();
    const args = schemaBy(() => ({ issues }) as Result);
    const thrown: unknown = await defineJob("A", { args, client }, () => {})
      .performAsync(1)
      .catch((error: unknown) => error);
    return thrown instanceof InvalidJobError
      ? thrown.message.replace(/^.* takes, but (.*)\. Pass what it takes\.$/, "$1")
      : String(thrown);
  };

  test.each<readonly [what: string, path: readonly unknown[] | undefined, told: string]>([
    ["no path", undefined, "args: is odd"],
    ["an empty one", [], "args: is odd"],
    ["indices and names", [0, "list", 3, "zip"], "args[0].list[3].zip: is odd"],
    ["segments with a key", [{ key: 0 }, { key: "zip" }], "args[0].zip: is odd"],
    ["indices that are strings", ["0", { key: "12" }], "args[0][12]: is odd"],
    ["names that are none of a program", [0, "post code", ""], 'args[0]["post code"][""]: is odd'],
    ["a symbol", [0, Symbol("own")], "args[0][Symbol(own)]: is odd"],
  ])("by %s", async (_what, path, told) => {
    expect(await refusal([{ message: "is odd", path }])).toBe(told);
  });

  test("for three of many, and where a schema names none", async () => {
    const issues = Array.from({ length: 5 }, (_, i) => ({ message: "is odd", path: [i] }));

    expect(await refusal(issues)).toBe("args[0]: is odd; args[1]: is odd; args[2]: is odd; and 2 more");
    expect(await refusal([])).toBe("the schema does not say why");
  });
});

describe("a schema with a fault of its own", () => {
  test("that throws rejects the push with what it threw, and sends nothing", async () => {
    const { client, transport } = pushing();
    const own = new RangeError("the table of zips is not loaded");
    const jobs = [
      () => {
        throw own;
      },
      () => Promise.reject(own),
    ].map((validate) => defineJob("A", { args: schemaBy(validate), client }, () => {}));

    for (const job of jobs) {
      await expect(job.performAsync(1)).rejects.toBe(own);
      await expect(job.performBulk([[1]])).rejects.toBe(own);
      await expect(job.performInline(1)).rejects.toBe(own);
    }
    expect(transport.queues).toEqual({});
  });

  test.each<readonly [string, unknown]>([
    ["nothing", undefined],
    ["no result", {}],
    ["an object", { value: { id: 1 } }],
  ])("that answers %s is told so", async (_what, answer) => {
    const { client } = pushing();
    const job = defineJob("A", { args: schemaBy(() => answer as Result), client }, () => {});

    await expect(job.performAsync(1)).rejects.toThrow(
      /^Expected the `args` schema of A to make a list of arguments, got `.*`\. Let it be one of a tuple or of an array\.$/,
    );
  });
});

describe("arguments that middleware changed", () => {
  test("are checked before the job runs inline, by the error that a worker would have", async () => {
    const { client } = pushing([
      (payload, next) => {
        payload.args = ["no"];
        return next();
      },
    ]);
    const ran: unknown[] = [];
    const job = defineJob("SyncJob", { args: z.tuple([z.number()]), client }, () => void ran.push("ran"));

    const thrown: unknown = await job.performInline(1).catch((error: unknown) => error);

    expect(thrown).toBeInstanceOf(InvalidArgumentsError);
    expect(thrown).toMatchObject({ code: "TSQ_INVALID_ARGUMENTS", jobClass: "SyncJob" });
    expect(String(thrown)).toMatch(/but args\[0\]: .*Mend the schema, or what pushes the job\.$/);
    expect(ran).toEqual([]);
  });
});

describe("a definition is refused", () => {
  test.each<readonly [what: string, args: unknown]>([
    ["null", null],
    ["a list", [z.number()]],
    ["a function", () => true],
    ["another version", { "~standard": { version: 2, validate: () => ({ value: [] }) } }],
    ["half of one", { "~standard": { version: 1 } }],
    ["none at all", { "~standard": null }],
  ])("when its `args` is %s", (_what, args) => {
    const message =
      /^Expected `args` of A to be a schema of zod, valibot, arktype or another library of Standard Schema, got `/;

    expect(() => defineJob("A", { args } as object, () => {})).toThrow(message);
    expect(() => remoteJob("A", { args } as object)).toThrow(message);
  });

  test("for `invalidArgs` that is none, or has nothing to decide", () => {
    const args = z.tuple([]);

    expect(() => defineJob("A", { args, invalidArgs: "discard" } as object, () => {})).toThrow(
      'Expected `invalidArgs` of A to be "retry" or "kill", got `"discard"`.',
    );
    expect(() => defineJob("A", { invalidArgs: "kill" } as object, () => {})).toThrow(
      "Expected `invalidArgs` of A beside an `args` schema",
    );
    expect(() => remoteJob("A", { args, invalidArgs: "kill" } as object)).toThrow(
      "Expected the options of A to have no `invalidArgs`",
    );
  });

  test("when a schema stands elsewhere, with the place where it belongs", () => {
    const { client } = pushing();
    const args = z.tuple([]);

    expect(() => defineJob("A", { client }, () => {}).set({ args })).toThrow(
      "`args` has no effect here: give it to defineJob() or remoteJob().",
    );
    expect(() => new Client({ defaultJobOptions: { args } as object })).toThrow("`args` has no effect here");
  });

  test("and a schema of its own never travels with the job", async () => {
    const { client, texts } = pushing();

    await defineJob("A", { client, args: z.tuple([]), invalidArgs: "kill" }, () => {}).performAsync();

    expect(texts()[0]).not.toMatch(/invalidArgs|zod/);
    expect(texts()[0]).toContain('"args":[]');
  });
});
