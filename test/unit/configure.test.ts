/** What `configure()` does with what it refuses. */
import { ConfigError, configure, defaultClient, defineJob } from "@tsq/core";
import { defaultRedis } from "@tsq/core/protocol";
import { afterEach, describe, expect, test } from "vitest";

afterEach(() => void configure());

const [ONE, TWO] = ["redis://localhost:1/1", "redis://localhost:1/2"];

describe("a configure() that is refused leaves all as it was", () => {
  test.each<[string, Readonly<Record<string, unknown>>, string]>([
    ["for a middleware that is none", { middleware: ["no"] }, "`middleware` to be an array of functions"],
    [
      "for a server middleware that is none",
      { serverMiddleware: ["no"] },
      "`serverMiddleware` to be an array",
    ],
    ["for a logger that is none", { logger: {} }, "`logger` to be a pino logger"],
    ["for a wire that is none", { wire: 9 }, "`wire` to be one of"],
  ])("%s", async (_why, options, message) => {
    const ran: string[] = [];
    const client = configure({
      redis: ONE,
      serverMiddleware: [
        (_job, next) => {
          ran.push("around");
          return next();
        },
      ],
    });
    const refused = (): unknown => configure({ redis: TWO, ...options });

    expect(refused).toThrow(ConfigError);
    expect(refused).toThrow(message);

    expect(defaultRedis()).toEqual({ redis: ONE, from: "configure()" });
    expect(defaultClient()).toBe(client);
    await defineJob("HardJob", () => void ran.push("job")).performInline();
    expect(ran).toEqual(["around", "job"]);
  });
});

test("a misspelled option of configure() is told all there are, each once", () => {
  const options = { elephant: 1 } as Readonly<Record<string, unknown>>;

  expect(() => configure(options)).toThrow(
    "There are redis, wire, middleware, defaultJobOptions, logger, serverMiddleware.",
  );
});
