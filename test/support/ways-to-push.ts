/** Every way to push one job through a client, which is asked for when the test runs. */
import { defineJob } from "@tsq/core";
import type { Client } from "@tsq/core";

export const waysToPush = (
  client: () => Client,
): readonly (readonly [what: string, push: () => Promise<string | null>])[] => {
  const hardJob = () =>
    defineJob("HardJob", { client: client() }, (_job, ..._args: readonly unknown[]) => {});
  return [
    ["performAsync()", () => hardJob().performAsync(1)],
    ["performIn()", () => hardJob().performIn(60, 1)],
    ["performAt()", () => hardJob().performAt(new Date("2100-01-01"), 1)],
    ["set()", () => hardJob().set({ queue: "low" }).performAsync(1)],
    ["performBulk()", async () => (await hardJob().performBulk([[1]]))[0] ?? null],
    ["Client.push()", () => client().push({ class: "HardJob", args: [1] })],
    ["Client.push() with a time", () => client().push({ class: "HardJob", args: [1], at: 60 })],
    [
      "Client.pushBulk()",
      async () => (await client().pushBulk({ class: "HardJob", args: [[1]] }))[0] ?? null,
    ],
  ];
};
