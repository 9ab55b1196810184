/** Whoever names another Redis moves all of it: the worker, its heartbeat, and what its jobs push. */
import { inspect } from "node:util";
import { Client, configure, defineJob } from "@tsq/core";
import { Stats } from "@tsq/core/api";
import { Worker } from "@tsq/worker";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { application, startTsqCommand } from "../../support/tsq-command.ts";
import type { TsqCommand } from "../../support/tsq-command.ts";

/** Where nobody looks, and where all of it is to be. */
let told: TestRedis;
let meant: TestRedis;

beforeAll(async () => {
  [told, meant] = await Promise.all([startRedis(), startRedis()]);
});
beforeEach(async () => {
  await Promise.all([told, meant].map((server) => server.client().flushdb()));
});
afterEach(() => void configure());
afterAll(async () => {
  await Promise.all([told.stop(), meant.stop()]);
});

const JOB = `
import { configure, defineJob } from "tsq";
export const pushing = defineJob("PushingJob", { queue: "a" }, async () => { await pushed.performAsync(); });
export const pushed = defineJob("PushedJob", { queue: "pushed" }, () => {});
`;
const URL_OF_MEANT = "process.env.MEANT";

const work = async (module: string, args: readonly string[]): Promise<TsqCommand> => {
  const command = startTsqCommand(["work", "-q", "a", "-t", "1", ...args], {
    cwd: application({ "jobs.mjs": module }),
    env: { MEANT: meant.url.replace("//", "//swordfish@"), REDIS_URL: told.url },
  });
  await command.logged(/^Ready/);
  return command;
};

describe("under tsq work, one Redis has the worker, the heartbeat and the pushes of its jobs", () => {
  test.each<[string, string, string]>([
    ["configure() in a module names", `${JOB}; configure({ redis: ${URL_OF_MEANT} });`, "configure()"],
    [
      "a configureWorker returns",
      `${JOB}; export const configureWorker = (options) => ({ ...options, redis: ${URL_OF_MEANT} });`,
      "configureWorker",
    ],
    [
      "a configureWorker sets",
      `${JOB}; export const configureWorker = (options) => { options.redis = ${URL_OF_MEANT}; };`,
      "configureWorker",
    ],
    [
      "configure() in a configureWorker names",
      `${JOB}; export const configureWorker = () => { configure({ redis: ${URL_OF_MEANT} }); };`,
      "configure()",
    ],
  ])("that %s", async (_what, module, from) => {
    const command = await work(module, []);

    expect(await command.logged("Connecting")).toMatchObject({
      redis: meant.url.replace(/\/\d*$/, "/0"),
      from,
    });
    expect(await command.logged(/^This Redis is not used/)).toMatchObject({ level: 40, from: "REDIS_URL" });
    await pushTexts(meant.client(), [payloadText({ class: "PushingJob", queue: "a" })], "a");
    await eventually(async () => expect(await meant.client().llen("queue:pushed")).toBe(1));
    expect(await meant.client().smembers("processes")).toHaveLength(1);
    expect(await told.client().dbsize()).toBe(0);
    expect(command.output()).not.toContain("swordfish");
  });

  test.each<[string, string]>([
    ["no configure()", JOB],
    ["a configure() that names none", `${JOB}; configure({ redis: process.env.NOT_SET });`],
  ])("that the flag names, with %s", async (_what, module) => {
    const command = await work(module, ["--redis", meant.url]);

    expect(await command.logged("Connecting")).toMatchObject({ from: "--redis" });
    await pushTexts(meant.client(), [payloadText({ class: "PushingJob", queue: "a" })], "a");
    await eventually(async () => expect(await meant.client().llen("queue:pushed")).toBe(1));
    expect(await meant.client().smembers("processes")).toHaveLength(1);
    expect(await told.client().dbsize()).toBe(0);
  });
});

describe("in a program of one's own", () => {
  const lines: { readonly msg?: string }[] = [];
  const logger = pino({}, { write: (line: string) => lines.push(JSON.parse(line) as (typeof lines)[0]) });
  const connecting = () => lines.splice(0).find(({ msg }) => msg === "Connecting");
  const where = (): string => meant.url.replace(/\/\d*$/, "/0");

  test("what configure() names is the Redis of a worker, a client and the data API that name none", async () => {
    configure({ redis: meant.url });
    let runs = 0;
    const worker = new Worker({ jobs: [defineJob("HardJob", () => void runs++)], logger });
    onTestFinished(() => worker.stop());
    await worker.start();
    const client = new Client();
    onTestFinished(() => client.close());

    await client.push({ class: "HardJob", args: [] });
    await eventually(() => expect(runs).toBe(1));

    expect(connecting()).toMatchObject({ redis: where(), from: "configure()" });
    await using stats = new Stats({});
    expect((await stats.fetch()).processes).toBe(1);
  });

  test("each start logs which Redis it is, without the password, and who named it, also one that fails", async () => {
    const worker = new Worker({ jobs: [], redis: meant.url.replace("//", "//me:swordfish@"), logger });
    onTestFinished(() => worker.stop());

    const error: unknown = await worker.start().catch((reason: unknown) => reason);

    const line = connecting();
    expect(line).toMatchObject({ redis: where(), from: "the worker's options" });
    expect(inspect([line, error], { showHidden: true, depth: 9 })).not.toMatch(/swordfish/);
  });
});
