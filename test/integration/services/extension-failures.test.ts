/** What an extension does wrong, and what its worker makes of it: it goes on, or it is not made at all. */
import { ConfigError, defineJob } from "@tsq/core";
import type { Extension, ExtensionHost, Service, WorkerOptions } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
beforeEach(() => workers.redis.flushdb());
afterEach(() => workers.end());
afterAll(() => server.stop());

const extension = (install: (host: ExtensionHost) => void, name = "x"): Extension => ({ name, install });

const SERVICE: Service = { name: "s", start: () => {}, stop: () => {} };

const serving = (service: Partial<Service>, name = "x"): Extension =>
  extension((host) => host.addService({ ...SERVICE, ...service }), name);

const fails = (): never => {
  throw new Error("no");
};

const reports = (): readonly string[] => workers.errors.map(({ context }) => context.context);

describe("a worker goes on", () => {
  const runsAJob = async (): Promise<void> => {
    await pushTexts(workers.redis, [payloadText()]);
    await eventually(async () => expect(await workers.redis.llen("queue:default")).toBe(0));
  };
  const jobs = [defineJob("HardJob", () => {})];

  test("when a service fails to start, and starts those after it", async () => {
    let isStarted = false;
    const other = serving({ start: () => (isStarted = true) }, "y");

    await workers.start({ jobs, extensions: [serving({ start: fails }), other] });

    expect(reports()).toEqual(["Could not start `s` of the extension `x`; the worker goes on"]);
    expect(isStarted).toBe(true);
    await runsAJob();
  });

  test("when a run of a loop fails, which is told once, and once when it is over", async () => {
    let runs = 0;
    const install = (host: ExtensionHost): void =>
      host.addLoop({
        name: "tick",
        firstMs: () => 0,
        nextMs: () => 1,
        retryMs: () => 1,
        runOnce: () => (++runs < 5 ? fails() : undefined),
      });

    await workers.start({ jobs, extensions: [extension(install)] });
    await eventually(() => expect(runs).toBeGreaterThan(6));

    expect(reports()).toEqual(["Could not run `tick` of the extension `x`; trying again"]);
    expect(workers.messages()).toContain("Can run `tick` of the extension `x` again");
    await runsAJob();
  });

  test("when a listener fails, and says whose it is", async () => {
    const install = (host: ExtensionHost): void => host.on("heartbeat", fails);

    await workers.start({ jobs, extensions: [extension(install)] });

    await eventually(() => expect(reports()).toEqual(["Error in a heartbeat listener of the extension `x`"]));
    await runsAJob();
  });

  test("to its end when a service fails to stop, or to be quieted", async () => {
    const stopped: string[] = [];
    const other = serving({ stop: () => void stopped.push("y") }, "y");
    const worker = await workers.start({ extensions: [other, serving({ quiet: fails, stop: fails })] });

    await worker.stop();

    expect(reports().toSorted()).toEqual([
      "Could not quiet `s` of the extension `x`; the worker goes on",
      "Could not stop `s` of the extension `x`; the worker goes on",
    ]);
    expect(stopped).toEqual(["y"]);
    expect(workers.messages().at(-1)).toBe("Bye!");
  });
});

test("services start once jobs are taken, in their order, hear of the quiet and stop after the last job in reverse", async () => {
  const steps: string[] = [];
  const job = defineJob("HardJob", async ({ stopping }) => {
    steps.push("the job runs");
    await new Promise((resolve) => stopping.addEventListener("abort", resolve));
    steps.push("the job ends");
  });
  const telling = (name: string): Extension =>
    serving(
      {
        start: () => void steps.push(`${name} starts`),
        quiet: () => void steps.push(`${name} is quiet`),
        stop: () => void steps.push(`${name} stops`),
      },
      name,
    );
  const worker = await workers.start({ jobs: [job], extensions: [telling("a"), telling("b")] });
  await pushTexts(workers.redis, [payloadText()]);
  await eventually(() => expect(steps).toContain("the job runs"));

  await worker.stop();

  expect(steps.filter((step) => /starts|stops|ends/.test(step))).toEqual([
    "a starts",
    "b starts",
    "the job ends",
    "b stops",
    "a stops",
  ]);
  expect(steps.filter((step) => step.endsWith("quiet"))).toEqual(["b is quiet", "a is quiet"]);
});

test("a worker that is stopped before it starts stops the services and starts none", async () => {
  const steps: string[] = [];
  const own = { start: () => void steps.push("start"), stop: () => void steps.push("stop") };
  const worker = workers.make({ extensions: [serving(own)] });

  await worker.stop();

  expect(steps).toEqual(["stop"]);
});

describe("a worker is not made", () => {
  const made =
    (extensions: unknown): (() => unknown) =>
    () =>
      workers.make({ extensions: extensions as NonNullable<WorkerOptions["extensions"]> });
  const installing = (install: (host: ExtensionHost) => unknown): (() => unknown) =>
    made([{ name: "x", install }]);
  const x = extension(() => {});

  test.each<readonly [string, unknown, string]>([
    [
      "no array",
      x,
      "Expected `extensions` to be an array, got a value of type `object`. Write `extensions: [extension]`.",
    ],
    ["a function", [function cron() {}], "to be an extension, got the function `cron`. Call it."],
    ["nothing", [undefined], "to be an object with a `name` and `install(host)`, got one without a name."],
    ["an empty name", [{ ...x, name: "" }], "got one without a name."],
    ["no install", [{ name: "x" }], "Expected `install` of the extension `x` to be a function, got nothing."],
    ["a misspelled install", [{ name: "x", instal: () => {} }], "Did you mean `install`?"],
    ["a name twice", [x, extension(() => {})], "got two named `x`. Leave out one."],
  ])("with %s for extensions", (_case, extensions, says) => {
    expect(made(extensions)).toThrow(ConfigError);
    expect(made(extensions)).toThrow(says);
  });

  test.each<readonly [string, (host: ExtensionHost) => unknown, string]>([
    ["that waits", async () => {}, "to be no async function"],
    ["with an unknown event", (host) => host.on("beats" as "beat", () => {}), "Did you mean `beat`?"],
    ["with a text for queues", (host) => host.hold("ab" as never), "got a value of type `string`"],
    [
      "with a service that cannot stop",
      (host) => host.addService({ ...SERVICE, stop: undefined as never }),
      "got one without `stop`",
    ],
    [
      "with a service without a name",
      (host) => host.addService({ ...SERVICE, name: "" }),
      "got none with a name",
    ],
    [
      "with two services of one name",
      (host) => [SERVICE, SERVICE].forEach((one) => host.addService(one)),
      "got two named `s` from the extension `x`",
    ],
    [
      "with a loop that runs nothing",
      (host) => host.addLoop({ name: "l", nextMs: () => 1 } as never),
      "got one without `runOnce`",
    ],
    ["that throws", fails, "no"],
  ])("by an install %s", (_case, install, says) => {
    expect(installing(install)).toThrow(says);
  });

  test("by an install that throws once another has a connection, which is closed", async () => {
    const connects = extension((host) => void host.redis.set("mine", 1).catch(() => {}), "first");

    expect(made([connects, extension(fails)])).toThrow("no");

    await eventually(async () => expect(await workers.connections()).toEqual([]));
  });
});

test("what is added after the install is refused, and so is a change of a chain", async () => {
  let host = undefined as unknown as ExtensionHost;
  await workers.start({ extensions: [extension((given) => void (host = given))] });

  expect(() => host.addService(SERVICE)).toThrow("to be added in `install()`");
  expect(() => host.serverChain.clear()).toThrow("got that of a Worker, which is in use as it is");
  expect(() => host.clientChain.clear()).toThrow("got that of a Worker, which is in use as it is");
});

test("a capsule's middleware can be put beside that of an extension", async () => {
  const steps: string[] = [];
  const job = defineJob("HardJob", () => void steps.push("runs"));
  const traced = extension((host) =>
    host.serverChain.add({
      name: "traced",
      call: (_job, next) => {
        steps.push("traced");
        return next();
      },
    }),
  );
  await workers.start({
    jobs: [job],
    extensions: [traced],
    capsules: {
      default: {
        queues: ["default"],
        middleware: (chain) =>
          chain.insertAfter("traced", (_job, next) => {
            steps.push("inside");
            return next();
          }),
      },
    },
  });

  await pushTexts(workers.redis, [payloadText()]);

  await eventually(() => expect(steps).toEqual(["traced", "inside", "runs"]));
});
