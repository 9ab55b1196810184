/** Whoever names another Redis moves all of it: the worker, its heartbeat, and what its jobs push. */
import { inspect } from "node:util";
import { Client, configure, defineJob } from "@tsq/core";
import { Stats } from "@tsq/core/api";
import { Worker } from "@tsq/worker";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let meant: TestRedis;

beforeAll(async () => {
  meant = await startRedis();
});
afterEach(() => void configure());
afterAll(() => meant.stop());

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
