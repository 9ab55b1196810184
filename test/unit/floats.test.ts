/** Whole Floats of Ruby, which a number of JavaScript cannot say. */
import { Client, ConfigError, defineJob, float, InvalidJobError } from "tsq";
import { dumpJson } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { NotingTransport } from "../support/noting-transport.ts";

describe("float()", () => {
  test.each([
    [1, "1.0"],
    [-7, "-7.0"],
    [0, "0.0"],
    [-0, "-0.0"],
    [1.5, "1.5"],
    [1e20, "100000000000000000000.0"],
    [1e21, "1e+21"],
  ])("of %s is written as %s, at any depth and beside big integers", (value, text) => {
    expect(dumpJson([float(value), { deep: [float(value)], big: 2n ** 70n, plain: 1 }])).toBe(
      `[${text},{"deep":[${text}],"big":1180591620717411303424,"plain":1}]`,
    );
  });

  test("is written with its fraction where a program has given bigints a toJSON", () => {
    const prototype = BigInt.prototype as { toJSON?: () => string };
    prototype.toJSON = function (this: bigint) {
      return this.toString();
    };
    try {
      expect(dumpJson([float(1), 2n ** 70n])).toBe("[1.0,1180591620717411303424]");
    } finally {
      delete prototype.toJSON;
    }
  });

  test("counts as a number", () => {
    expect(float(2) + 1).toBe(3);
    expect(Math.max(float(2), 1)).toBe(2);
  });

  test("may be an argument of any job", async () => {
    const transport = new NotingTransport();
    const client = new Client({ transport });
    const rate = defineJob("RateJob", { client }, (_job, _rate: number, _more: { by: number }) => {});

    await rate.performAsync(float(1), { by: float(2) });

    expect(transport.queues["default"]).toEqual([expect.stringContaining('"args":[1.0,{"by":2.0}]')]);
  });

  test("does not make an argument of what is none", async () => {
    const client = new Client({ transport: new NotingTransport() });
    const rate = defineJob("RateJob", { client }, (_job, _rates: readonly number[]) => {});

    // From JavaScript anything can come.
    await expect(rate.performAsync([float(1), new Map() as never])).rejects.toThrow(InvalidJobError);
    await expect(rate.performAsync([float(1), new Map() as never])).rejects.toThrow("args[0][1] is a Map");
  });

  test.each([Number.NaN, Infinity, "1", null])("of %s is refused", (value) => {
    expect(() => float(value as number)).toThrow(ConfigError);
  });
});
