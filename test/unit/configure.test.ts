/** What `configure()` does with what it refuses. */
import { ConfigError, configure, defaultClient, defineJob } from "tsq";
import type { Configuration, ServerMiddleware } from "tsq";
import { defaultRedis } from "@tsq/core/protocol";
import { currentSettings } from "../support/inside-active-job.ts";
import { afterEach, describe, expect, test } from "vitest";

afterEach(() => void configure());

const [ONE, TWO] = ["redis://localhost:1/1", "redis://localhost:1/2"];

/** What is wrong beside what would be right, and what is said of it. */
const REFUSED: readonly (readonly [string, Readonly<Record<string, unknown>>, string])[] = [
  ["a redis that is no URL", { redis: "http://localhost" }, "redis"],
  ["a redis that is null", { redis: null }, "redis"],
  ["a redis with an option that there is not", { redis: { database: 5 } }, "database"],
  ["a redis with a prefix for its keys", { redis: { keyPrefix: "mine:" } }, "keyPrefix"],
  ["a redis with a silence that no timer holds", { redis: { socketTimeout: 2 ** 31 } }, "below 2^31"],
  ["a wire that is none", { wire: 9 }, "`wire` to be `auto`, `7` or `8`"],
  ["a middleware that is none", { middleware: ["no"] }, "`middleware` to be an array of functions"],
  ["default options of another shape", { defaultJobOptions: [] }, "`defaultJobOptions` to be an object"],
  ["default options that no job can have", { defaultJobOptions: { retry: "5" } }, "retry"],
  ["default options that are misspelled", { defaultJobOptions: { retrys: 5 } }, "retry"],
  ["a logger that is none", { logger: {} }, "`logger` to be a pino logger"],
  ["a logger that is null", { logger: null }, "`logger` to be a pino logger"],
  ["resolvers that are none", { globalId: async () => new Map() }, "`globalId` to be an object of functions"],
  ["a resolver that is none", { globalId: { crm: "crm" } }, "`globalId` to be an object of functions"],
  ["serializers that are none", { serializers: [{ name: "A" }] }, "`serializers` to be an array of"],
  ["a server middleware that is none", { serverMiddleware: ["no"] }, "`serverMiddleware` to be an array"],
  ["an option that there is not", { redsi: TWO }, "redis"],
];

describe.each(REFUSED)("a configure() that is refused for %s", (_what, options, message) => {
  const ran: string[] = [];
  const noting: ServerMiddleware = (_job, next) => {
    ran.push("around");
    return next();
  };
  const right = { redis: TWO, wire: 7, defaultJobOptions: { queue: "two" }, serverMiddleware: [] } as const;
  const refused = (): unknown => configure({ ...right, ...options });
  const runInline = async (): Promise<readonly string[]> => {
    ran.length = 0;
    await defineJob("HardJob", () => void ran.push("job")).performInline();
    return ran;
  };

  test("leaves all as it was", async () => {
    const client = configure({ redis: ONE, serverMiddleware: [noting] });

    expect(refused).toThrow(message);

    expect(defaultRedis()).toEqual({ redis: ONE, from: "configure()" });
    expect(defaultClient()).toBe(client);
    // It was not closed.
    await expect(client.pushBulk({ class: "HardJob", args: [] })).resolves.toEqual([]);
    expect(await runInline()).toEqual(["around", "job"]);
  });

  test("leaves nothing behind when it is the first, nor for the next, which is right", async () => {
    expect(refused).toThrow(message);
    expect(defaultRedis().from).not.toBe("configure()");
    expect(defaultClient().defaultJobOptions).toEqual({});

    const client = configure({
      redis: TWO,
      defaultJobOptions: { queue: "next" },
      serverMiddleware: [noting],
    });

    expect(defaultRedis()).toEqual({ redis: TWO, from: "configure()" });
    expect(defaultClient()).toBe(client);
    expect(client.defaultJobOptions).toEqual({ queue: "next" });
    expect(await runInline()).toEqual(["around", "job"]);
  });
});

test.each([null, "redis://localhost:1/2", [], 5])(
  "a configuration that is %j is refused, and changes nothing",
  (none) => {
    const client = configure({ redis: ONE });

    expect(() => configure(none as unknown as Configuration)).toThrow(ConfigError);

    expect(defaultRedis()).toEqual({ redis: ONE, from: "configure()" });
    expect(defaultClient()).toBe(client);
  },
);

test("a misspelled option of configure() is told all there are, each once", () => {
  const options = { elephant: 1 } as Readonly<Record<string, unknown>>;

  let told = "";
  try {
    configure(options);
  } catch (error) {
    told = String(error);
  }

  const names = /There are (.*)\.$/.exec(told)?.[1]?.split(", ") ?? [];
  const ofCore = [
    "redis",
    "transport",
    "wire",
    "middleware",
    "defaultJobOptions",
    "logger",
    "serverMiddleware",
  ];
  expect(names.slice(0, ofCore.length)).toEqual(ofCore);
  // Packages add theirs behind those, in the order in which they are loaded.
  expect(names).toContain("globalId");
  expect(names).toContain("serializers");
  expect(new Set(names).size).toBe(names.length);
});

test("what configure() is given for ActiveJob's values counts until the next configure()", () => {
  const crm = async () => new Map();

  configure({ globalId: { crm } });
  const given = currentSettings();
  expect(given.globalId).toEqual({ crm });
  expect(given.serializers).toEqual([]);

  configure({ redis: ONE });
  expect(currentSettings().globalId).toBeUndefined();
});
