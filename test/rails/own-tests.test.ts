import { expect, test } from "vitest";
import { describeEachRails, runExample } from "../support/rails-example.ts";

await describeEachRails((generation) => {
  test("the app's own tests pass, those of every job class", async () => {
    const { code, output } = await runExample(["--ruby", generation, "--tests"], 580_000);

    expect(code, output).toBe(0);
    expect(output).toMatch(/^\d\d+ runs, \d+ assertions, 0 failures, 0 errors/m);
  });
});
