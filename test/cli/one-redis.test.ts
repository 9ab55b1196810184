/** Whoever names another Redis moves all of `tsq work`: the worker, its heartbeat, and what its jobs push. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { application, startTsqCommand } from "../support/tsq-command.ts";
import type { TsqCommand } from "../support/tsq-command.ts";

/** Where nobody looks, and where all of it is to be. */
let told: TestRedis;
let meant: TestRedis;

beforeAll(async () => {
  [told, meant] = await Promise.all([startRedis(), startRedis()]);
});
beforeEach(async () => {
  await Promise.all([told, meant].map((server) => server.client().flushdb()));
});
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
