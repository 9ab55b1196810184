/**
 * Describes the same behaviour of each generation of Ruby Sidekiq. One that is not here is skipped
 * with its reason, or fails if `TSQ_REQUIRE` lists `ruby`.
 */
import { afterAll, describe, test } from "vitest";
import { missingRubies, rubies, type Ruby } from "./ruby.ts";

export function describeEachRuby(describeOne: (ruby: Ruby) => void): void {
  for (const ruby of rubies()) {
    describe(`Ruby Sidekiq ${ruby.version}`, () => {
      afterAll(() => ruby.stopAll());
      describeOne(ruby);
    });
  }

  const isRequired = (process.env.TSQ_REQUIRE ?? "").split(",").includes("ruby");
  for (const { generation, reason } of missingRubies()) {
    const name = `Ruby Sidekiq ${generation} is here (${reason})`;
    if (isRequired) {
      test(name, () => {
        throw new Error(`TSQ_REQUIRE lists \`ruby\`, but Ruby Sidekiq ${generation} is missing: ${reason}.`);
      });
    } else {
      test.skip(name);
      console.warn(`Skipped: Ruby Sidekiq ${generation}, because ${reason}.`);
    }
  }
}
