/**
 * Describes the same behaviour of each generation of Ruby Sidekiq. One that is not here is skipped
 * with its reason, or fails if `TSQ_REQUIRE` lists `ruby`.
 */
import { afterAll, describe, test } from "vitest";
import { isRequired } from "./required.ts";
import { missingRubies, rubies, type Ruby } from "./ruby.ts";

export interface EachRubyOptions {
  /** All generations at once, each one's tests in their order: for tests that mostly wait. @default false */
  readonly sideBySide?: boolean;
}

export function describeEachRuby(
  describeOne: (ruby: Ruby) => void,
  { sideBySide = false }: EachRubyOptions = {},
): void {
  for (const ruby of rubies()) {
    const name = `Ruby Sidekiq ${ruby.version}`;
    const describeRuby = (): void => {
      afterAll(() => ruby.stopAll());
      describeOne(ruby);
    };
    if (!sideBySide) {
      describe(name, describeRuby);
      continue;
    }
    describe.concurrent(name, () => {
      // The tests of a concurrent suite run all at once.
      describe.sequential("one after the other", describeRuby);
    });
  }

  for (const { generation, reason } of missingRubies()) {
    const name = `Ruby Sidekiq ${generation} is here (${reason})`;
    if (isRequired("ruby")) {
      test(name, () => {
        throw new Error(`TSQ_REQUIRE lists \`ruby\`, but Ruby Sidekiq ${generation} is missing: ${reason}.`);
      });
    } else {
      test.skip(name);
      console.warn(`Skipped: Ruby Sidekiq ${generation}, because ${reason}.`);
    }
  }
}
