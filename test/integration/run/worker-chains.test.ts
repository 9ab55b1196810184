/** The chains of middleware around a run: in their order, and each capsule with its own. */
import { Chain, Client, ConfigError, defineJob } from "@tsq/core";
import type { ServerMiddleware } from "@tsq/core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let client: Client;
let steps: string[] = [];

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  client = new Client({ redis: server.url });
});
beforeEach(() => {
  steps = [];
});
afterEach(() => workers.end());
afterAll(async () => {
  await client.close();
  await server.stop();
});

const named = (name: string): { readonly name: string; readonly call: ServerMiddleware } => ({
  name,
  call: async (_job, next) => {
    steps.push(`${name} before`);
    await next();
    steps.push(`${name} after`);
  },
});

const job = (queue = "default") => defineJob("HardJob", { client, queue }, () => void steps.push("run"));

/** What a run in this queue leaves, on a worker with these options. */
const stepsOfRun = async (queue = "default"): Promise<readonly string[]> => {
  steps = [];
  await job(queue).performAsync();
  await eventually(() => expect(steps.at(-1)).toMatch(/ after$/));
  return steps.filter((step) => step !== "run").map((step) => step.replace(" before", ""));
};

describe("the middleware of a worker", () => {
  test("may be a chain, and wraps a run in its order", async () => {
    const chain = new Chain<ServerMiddleware>([named("inner")])
      .prepend(named("outer"))
      .insertBefore("inner", named("between"));
    await workers.start({ jobs: [job()], middleware: chain });

    await job().performAsync();

    await eventually(() =>
      expect(steps).toEqual([
        "outer before",
        "between before",
        "inner before",
        "run",
        "inner after",
        "between after",
        "outer after",
      ]),
    );
  });

  test("wraps a run once, however often it is in the list", async () => {
    await workers.start({ jobs: [job()], middleware: [named("one"), named("two"), named("one")] });

    await job().performAsync();

    await eventually(() =>
      expect(steps).toEqual(["two before", "one before", "run", "one after", "two after"]),
    );
  });

  test("is what it was when the worker was made, whatever becomes of the chain that it was given", async () => {
    const chain = new Chain<ServerMiddleware>([named("own")]);
    await workers.start({ jobs: [job()], middleware: chain });

    chain.clear().add(named("late"));

    expect(await stepsOfRun()).toEqual(["own", "own after"]);
  });
});

describe("a capsule", () => {
  test("begins with the worker's middleware and changes it for itself alone", async () => {
    const common = new Chain<ServerMiddleware>([named("common")]);
    await workers.start({
      jobs: [job()],
      middleware: common,
      capsules: {
        more: { queues: ["more"], middleware: (chain) => chain.prepend(named("extra")) },
        less: { queues: ["less"], middleware: (chain) => chain.clear().add(named("only")) },
        same: { queues: ["same"] },
      },
    });

    expect(await stepsOfRun()).toEqual(["common", "common after"]);
    expect(await stepsOfRun("more")).toEqual(["extra", "common", "common after", "extra after"]);
    expect(await stepsOfRun("less")).toEqual(["only", "only after"]);
    expect(await stepsOfRun("same")).toEqual(["common", "common after"]);
    expect(common.size).toBe(1);
  });

  test("refuses a change of its chain once the worker is made", () => {
    const chains: Chain<ServerMiddleware>[] = [];
    workers.make({
      jobs: [job()],
      capsules: { own: { queues: ["own"], middleware: (chain) => void chains.push(chain) } },
    });

    expect(() => chains[0]?.add(named("late"))).toThrow(ConfigError);
    expect(() => chains[0]?.add(named("late"))).toThrow("that of capsule `own`, which is in use");
  });

  test("refuses a list where it takes a function, and says what to write", () => {
    const middleware = [named("own")] as never;

    expect(() => workers.make({ capsules: { own: { queues: ["own"], middleware } } })).toThrow(
      "`middleware` of capsule `own` to be a function",
    );
  });
});
