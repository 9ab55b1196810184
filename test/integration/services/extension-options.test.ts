/** An extension brings options of its own: the Worker takes them by their rows, beside those that it has itself. */
import { ConfigError } from "@tsq/core";
import { seconds, text } from "@tsq/core/config";
import type { Options } from "@tsq/core/config";
import type { Extension } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { withoutUnused } from "../../support/inside-tsq.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

declare module "@tsq/worker" {
  interface ExtensionOptions {
    testPollInterval?: number;
    testZone?: string;
  }
}

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

const ROWS = {
  testPollInterval: {
    ...seconds({ above: 0, to: 1_000, example: 30 }),
    tells: "for a test",
    fallback: 30,
    yaml: "test_poll_interval",
  },
  testZone: { ...text(), tells: "for a test", usual: "that of the process" },
} satisfies Options;

/** One that keeps what it was given. */
const keeping = (name = "keeping") => {
  const got: { testPollInterval?: number; testZone?: string | undefined } = {};
  const extension: Extension<typeof ROWS> = {
    name,
    options: ROWS,
    install: ({ options }) => void Object.assign(got, options),
  };
  return { extension, got };
};

describe("the options of an extension", () => {
  test("are given to the Worker, and reach the extension that brings them", () => {
    const { extension, got } = keeping();

    workers.make({ extensions: [extension], testPollInterval: 5, testZone: "UTC" });

    expect(got).toEqual({ testPollInterval: 5, testZone: "UTC" });
  });

  test("are their defaults where nobody gives them", () => {
    const { extension, got } = keeping();

    workers.make({ extensions: [extension] });

    expect(got).toEqual({ testPollInterval: 30, testZone: undefined });
  });

  test("reach no other extension", () => {
    let seen: unknown;
    const other: Extension = { name: "other", install: ({ options }) => void (seen = options) };

    workers.make({ extensions: [keeping().extension, other], testPollInterval: 5 });

    expect(seen).toEqual({});
  });
});

describe("a Worker is refused", () => {
  const row = ROWS.testPollInterval;
  const bringing = (name: string, options: unknown): Extension => ({
    name,
    // From JavaScript anything can come.
    options: options as Options,
    install: () => {},
  });

  test.each<[what: string, options: object, says: string]>([
    [
      "an option of an extension that is none",
      { extensions: [keeping().extension], testPollInterval: 0 },
      "Expected `testPollInterval` to be a number of seconds above 0 to 1000, got `0`.",
    ],
    [
      "a name that is nearly one",
      { extensions: [keeping().extension], testPolInterval: 5 },
      "got `testPolInterval`. Did you mean `testPollInterval`?",
    ],
    ["an option without its extension", { testPollInterval: 5 }, "got `testPollInterval`. There are jobs,"],
    [
      "an extension that takes a name of the Worker",
      { extensions: [bringing("greedy", { concurrency: row })] },
      "Expected the options of the extension `greedy` to have names of their own, got `concurrency`",
    ],
    [
      "two extensions that take one name",
      { extensions: [keeping("one").extension, bringing("two", ROWS)] },
      "the extension `two` to have names of their own, got `testPollInterval`",
    ],
    [
      "an extension whose option is no row",
      { extensions: [bringing("bare", { own: 5 })] },
      "Expected the option `own` of the extension `bare` to be a row",
    ],
  ])("for %s", (_, options, says) => {
    const make = () => workers.make(options);

    expect(make).toThrow(ConfigError);
    expect(make).toThrow(says);
  });
});

test("what `tsq work` read for an extension that the worker does not have is left out", () => {
  const { extension } = keeping();
  const given = { jobs: [], concurrency: 7, testPollInterval: 5 };

  expect(withoutUnused(given, ROWS)).toEqual({ jobs: [], concurrency: 7 });
  expect(withoutUnused({ ...given, extensions: [extension] }, ROWS)).toHaveProperty("testPollInterval", 5);
});
