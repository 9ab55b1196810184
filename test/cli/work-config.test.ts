import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Redis } from "ioredis";
import { eventually } from "../support/eventually.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, startTsqCommand, type Files, type TsqCommand } from "../support/tsq-command.ts";

const JOBS = `
import { defineJob } from "tsq";
export const echo = defineJob("EchoJob", {}, (job, ...args) => job.logger.info({ args, attempt: job.attempt }, "echo"));
`;

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

interface Started {
  readonly command: TsqCommand;
  /** What the process says of itself on the Busy page. */
  readonly info: Record<string, unknown>;
}

async function work(
  files: Files,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Promise<Started> {
  const cwd = application({ "jobs.mjs": JOBS, ...files });
  const command = startTsqCommand(["work", ...args], { cwd, env: { REDIS_URL: server.url, ...env } });
  await command.logged(/^Ready/);
  const [identity = ""] = await redis.smembers("processes");
  const text = await eventually(async () => {
    const info = await redis.hget(identity, "info");
    if (info === null) throw new Error("Expected a heartbeat.");
    return info;
  });
  return { command, info: JSON.parse(text) as Record<string, unknown> };
}

const YAML = `
# As Rails teams have it since Sidekiq 2.
:concurrency: 3
:queues:
  - [critical, 4]
  - [default, 2]
  - low
:labels: [reliable]
:tag: shop
production:
  :concurrency: <%= ENV.fetch("WORKERS", 2) %>
`;

describe("tsq work with a sidekiq.yml", () => {
  test("follows symbol keys and weights", async () => {
    const { info } = await work({ "config/sidekiq.yml": YAML });

    expect(info).toMatchObject({ concurrency: 3, tag: "shop", labels: ["tsq", "reliable"] });
    expect(info["queues"]).toEqual(expect.arrayContaining(["critical", "default", "low"]));
    // 0 is what Ruby's process writes of a queue without a weight, too.
    expect(info["weights"]).toEqual([{ critical: 4, default: 2, low: 0 }]);
  });

  test("reads the section of the environment, with ERB", async () => {
    const { info } = await work({ "config/sidekiq.yml": YAML }, ["-e", "production"], { WORKERS: "7" });

    expect(info).toMatchObject({ concurrency: 7 });
  });

  test("lets flags win, and loads the modules that the file requires", async () => {
    const { command, info } = await work(
      { "app/work.mjs": JOBS, "other.yml": "concurrency: 3\nrequire: ./app/work.mjs\nqueues: [a]\n" },
      ["-C", "other.yml", "-c", "9", "-q", "urgent,2", "-q", "rest", "-g", "mine"],
    );

    expect(info).toMatchObject({ concurrency: 9, tag: "mine", weights: [{ urgent: 2, rest: 0 }] });
    expect((await command.logged(/^Ready/))["jobs"]).toEqual(["EchoJob"]);
  });

  test("works off every capsule", async () => {
    const { command, info } = await work({
      "config/sidekiq.yml": "concurrency: 2\ncapsules:\n  mail:\n    concurrency: 1\n    queues: [mailers]\n",
    });

    await redis.lpush("queue:mailers", '{"class":"EchoJob","args":["mail"],"jid":"m"}');
    await redis.lpush("queue:default", '{"class":"EchoJob","args":["other"],"jid":"d"}');

    expect(info).toMatchObject({ concurrency: 3 });
    await eventually(() => {
      const echoes = command.log().filter(({ msg }) => msg === "echo");
      expect(echoes.map((line) => String(line["jid"])).sort()).toEqual(["d", "m"]);
    });
  });

  test("warns of keys that do nothing here, with file and line", async () => {
    const { command } = await work({ "config/sidekiq.yml": "concurency: 5\n:pidfile: tmp/pids/x.pid\n" });

    const warnings = command
      .log()
      .filter(({ level }) => level === 40)
      .map(({ msg }) => msg);
    expect(warnings).toEqual([
      expect.stringMatching(/sidekiq\.yml:1: .*did you mean `concurrency`/),
      expect.stringMatching(/sidekiq\.yml:2: `pidfile` does nothing in tsq/),
    ]);
  });

  test("-v logs at debug level, and `configureWorker` has the last word", async () => {
    const { command, info } = await work(
      {
        "jobs.mjs": `${JOBS}
          export const configureWorker = (options) => ({
            ...options,
            concurrency: 4,
            middleware: [async (job, next) => { job.logger.debug("around"); await next(); }],
          });`,
      },
      ["-v"],
    );

    await redis.lpush("queue:default", '{"class":"EchoJob","args":[],"jid":"d"}');

    expect(info).toMatchObject({ concurrency: 4 });
    expect(await command.logged("around")).toMatchObject({ jid: "d", class: "EchoJob", level: 20 });
  });
});
