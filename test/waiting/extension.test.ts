/** A feature in one file: an extension with all that an extension can have, and what its worker does with it. */
import { defineJob } from "@tsq/core";
import type { ClientMiddleware, ServerMiddleware } from "@tsq/core";
import { integer, text } from "@tsq/core/config";
import type { Options } from "@tsq/core/config";
import type { Extension, ExtensionHost, Hold } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { gate } from "../support/gate.ts";
import { createProgram } from "../support/inside-tsq.ts";
import type { CommandSpec } from "../support/inside-tsq.ts";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { TestWorkers } from "../support/worker.ts";

declare module "@tsq/worker" {
  interface ExtensionOptions {
    tallyKey?: string;
    tallyOff?: string;
    tallyEveryMs?: number;
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

/** An extension of a test: its `install` alone. */
const extension = (install: (host: ExtensionHost) => void, name = "x"): Extension => ({ name, install });

const recording = () => {
  const jids: string[] = [];
  const job = defineJob("HardJob", ({ jid }) => void jids.push(jid));
  return { job, jids };
};

/** What it takes. */
const OPTIONS = {
  tallyKey: { ...text(), tells: "where the runs are counted", fallback: "tally" },
  tallyOff: { ...text(), tells: "a queue that is left alone", fallback: "low" },
  tallyEveryMs: { ...integer({ from: 1, example: 10 }), tells: "how often it writes", fallback: 1_000 },
} as const satisfies Options;

/** Counts the runs of a worker in Redis, stamps what falls due, and keeps its hands off a queue. */
const tally = (): Extension<typeof OPTIONS> => {
  let count = 0;
  const counted: ServerMiddleware = async (_job, next) => {
    await next();
    count++;
  };
  const stamped: ClientMiddleware = async (payload, next, { reason }) => {
    payload["stamp"] = reason;
    await next();
  };
  return {
    name: "tally",
    options: OPTIONS,
    install: (host) => {
      const { tallyKey, tallyOff, tallyEveryMs } = host.options;
      host.serverChain.add(counted);
      host.clientChain.add(stamped);
      host.hold([tallyOff]);
      host.addLoop({
        name: "write",
        firstMs: () => 0,
        nextMs: () => tallyEveryMs,
        runOnce: () => host.redis.set(tallyKey, count),
      });
    },
  };
};

const shown: string[] = [];

/** Its command. */
const TALLY: CommandSpec<{ readonly redis?: string }> = {
  name: "tally",
  summary: "Print how many jobs have run.",
  args: [{ name: "key", tells: "where they are counted" }],
  flags: { redis: { option: "--redis <url>", tells: "Redis to use" } },
  load: async () => ({
    run: async (context, _flags, key = "") => {
      const { url } = await context.redis();
      shown.push(`${url}: ${await workers.redis.get(key)}`);
    },
  }),
};

test("one file adds a service, middleware of both kinds, options, a hold and a command", async () => {
  const stamps: unknown[] = [];
  const job = defineJob("HardJob", ({ jid, payload }) => void stamps.push([jid, payload["stamp"]]));
  await pushTexts(workers.redis, [payloadText({ jid: "pushed" })], "a");
  await pushTexts(workers.redis, [payloadText({ jid: "off" })], "off");
  await workers.redis.zadd("schedule", 1, payloadText({ jid: "due", queue: "a" }));

  const worker = await workers.start({
    jobs: [job],
    queues: ["a", "off"],
    pollIntervalAverage: 0.001,
    extensions: [tally()],
    tallyOff: "off",
    tallyEveryMs: 10,
  });
  await eventually(async () => expect(await workers.redis.get("tally")).toBe("2"));
  await createProgram([TALLY]).parseAsync(["node", "tsq", "tally", "tally", "--redis", server.url]);
  await worker.stop();

  expect(stamps).toEqual([
    ["pushed", undefined],
    ["due", "due"],
  ]);
  expect(await workers.redis.llen("queue:off")).toBe(1);
  expect(shown).toEqual([`${server.url}: 2`]);
});

test("its options are refused as those of a worker are", () => {
  const extensions = [tally()];

  expect(() => workers.make({ extensions, tallyEveryMs: 0 })).toThrow(
    "Expected `tallyEveryMs` to be an integer from 1, got `0`",
  );
  expect(() => workers.make({ extensions, tallyEveryMS: 1 } as never)).toThrow(
    "Did you mean `tallyEveryMs`?",
  );
});

describe("an extension is given", () => {
  test("who the worker is, what it can run, and what runs", async () => {
    const { opened, open } = gate();
    const job = defineJob("HardJob", () => opened);
    let host = undefined as unknown as ExtensionHost;
    const install = (given: ExtensionHost): void => void (host = given);
    await pushTexts(workers.redis, [payloadText({ jid: "j" })]);

    const worker = await workers.start({ jobs: [job], extensions: [extension(install)] });
    await eventually(() => expect(host.running()).toHaveLength(1));

    expect(host.identity).toBe(worker.identity);
    expect(host.registry.names).toEqual(["HardJob"]);
    expect(host.registry.find({ class: "HardJob" })?.name).toBe("HardJob");
    expect(host.registry.find({ class: "Other" })).toBeUndefined();
    expect(host.wire()).toBe(8);
    expect(host.running()[0]).toMatchObject({ jid: "j", queue: "default" });
    open();
  });

  test("a log with its name, reports that name it, and a client to the worker's Redis", async () => {
    let jid: string | null = null;
    const start = async ({ log, client, report }: ExtensionHost): Promise<void> => {
      log.info("here");
      report(new Error("no"), { context: "Could not do it" });
      jid = await client.push({ class: "HardJob", queue: "elsewhere", args: [] });
    };
    const install = (host: ExtensionHost): void =>
      host.addService({ name: "push", start: () => start(host), stop: () => {} });

    await workers.start({ extensions: [extension(install)] });

    expect(workers.log).toContainEqual(expect.objectContaining({ msg: "here", extension: "x" }));
    expect(workers.errors).toEqual([
      { error: new Error("no"), context: { context: "Extension `x`: Could not do it" } },
    ]);
    expect(await workers.redis.lrange("queue:elsewhere", 0, -1)).toEqual([
      expect.stringContaining(`"jid":"${jid}"`),
    ]);
  });

  test("a connection that opens when it is asked for, and ends with the worker", async () => {
    let host = undefined as unknown as ExtensionHost;
    const install = (given: ExtensionHost): void => void (host = given);
    const worker = await workers.start({ extensions: [extension(install)] });
    expect(await workers.connections("cmd=set ")).toEqual([]);

    await host.redis.set("mine", 1);

    expect(await workers.connections("cmd=set ")).toHaveLength(1);
    await worker.stop();
    await eventually(async () => expect(await workers.connections()).toEqual([]));
    await expect(host.redis.get("mine")).rejects.toThrow();
  });

  test("the events of the worker, with what they carry, the way down after the application", async () => {
    const events: string[] = [];
    const install = (host: ExtensionHost): void => {
      host.on("startup", () => events.push("startup"));
      host.on("heartbeat", ({ isNew }) => events.push(`heartbeat ${isNew}`));
      host.on("quiet", () => events.push("quiet"));
      host.on("shutdown", () => events.push("shutdown"));
      host.on("exit", () => host.redis.ping().then((pong) => events.push(`exit ${pong}`)));
    };
    const worker = workers.make({ extensions: [extension(install)] });
    worker.on("exit", () => events.push("exit of the application"));

    await worker.start();
    await eventually(() => expect(events).toContain("heartbeat true"));
    await worker.stop();

    expect(events).toEqual([
      "startup",
      "heartbeat true",
      "quiet",
      "shutdown",
      "exit of the application",
      "exit PONG",
    ]);
  });
});

describe("a queue that an extension holds", () => {
  const held = async (extensions: readonly Extension[]) => {
    const { job, jids } = recording();
    await workers.start({ jobs: [job], queues: ["a", "b"], extensions });
    await pushTexts(workers.redis, [payloadText({ jid: "b" })], "b");
    await pushTexts(workers.redis, [payloadText({ jid: "a" })], "a");
    return jids;
  };

  test("is taken from again once it is released", async () => {
    let hold = undefined as unknown as Hold;
    const jids = await held([extension((host) => (hold = host.hold(["b"])))]);
    await eventually(() => expect(jids).toEqual(["a"]));

    hold.release();

    await eventually(() => expect(jids).toEqual(["a", "b"]));
  });

  test("waits for the last of two holders", async () => {
    const holds: Hold[] = [];
    const holding = (name: string): Extension => extension((host) => holds.push(host.hold(["b"])), name);
    const jids = await held([holding("one"), holding("other")]);
    await eventually(() => expect(jids).toEqual(["a"]));

    holds[0]?.release();
    await pushTexts(workers.redis, [payloadText({ jid: "a2" })], "a");
    await eventually(() => expect(jids).toContain("a2"));
    expect(jids).not.toContain("b");
    holds[1]?.release();

    await eventually(() => expect(jids).toEqual(["a", "a2", "b"]));
  });

  test("stays as it is while it is paused as well, and a pause stays when it is released", async () => {
    let hold = undefined as unknown as Hold;
    await workers.redis.sadd("paused", "b");
    const jids = await held([extension((host) => (hold = host.hold(["b"])))]);
    await eventually(() => expect(jids).toEqual(["a"]));

    hold.release();
    await pushTexts(workers.redis, [payloadText({ jid: "a2" })], "a");

    await eventually(() => expect(jids).toEqual(["a", "a2"]));
    expect(await workers.redis.llen("queue:b")).toBe(1);
  });
});
