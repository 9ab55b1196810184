/** What a transport of a client is asked for, and that it is the client's until that is closed. */
import { setImmediate } from "node:timers/promises";
import { Client, ClientClosedError, ConfigError, configure, defaultClient, defineJob } from "@tsq/core";
import type { ClientMiddleware, ClientOptions, Transport } from "@tsq/core";
import { moveClient, startedWorkers } from "@tsq/core/protocol";
import { describe, expect, test } from "vitest";
import { clientTests } from "../../support/client.ts";
import { gate } from "../../support/gate.ts";
import { NotingTransport } from "../../support/noting-transport.ts";
import { waysToPush } from "../../support/ways-to-push.ts";

const here = clientTests();
/** The client that the ways to push take. */
let pushing: Client;
const WAYS = waysToPush(() => pushing);

const job = (client: Client) =>
  defineJob("HardJob", { client, queue: "hard" }, (_job, ..._args: readonly unknown[]) => {});

describe("the spelling of times", () => {
  test("is the transport's, and that of `wire` where the client was told", async () => {
    const [asked, told] = [new NotingTransport(7), new NotingTransport(7)];

    await job(new Client({ transport: asked })).performAsync(1);
    await job(new Client({ transport: told, wire: 8 })).performAsync(1);
    await job(new Client({ transport: told, wire: 8 })).performBulk([[1]]);

    expect(asked.queues["hard"]?.[0]).toMatch(/"created_at":\d{10}\.\d+/);
    expect(told.queues["hard"]).toHaveLength(2);
    for (const text of told.queues["hard"] ?? []) expect(text).toMatch(/"created_at":\d{13},/);
    expect(told.calls).not.toContain("spelling");
  });

  test("is waited for where the transport does not know it, and asked for once by each push", async () => {
    const transport = new NotingTransport(Promise.resolve(7));
    const client = new Client({ transport });

    await job(client).performAsync(1);
    await client.push({ class: "HardJob", args: [1], queue: "hard" });
    await client.pushBulk({ class: "HardJob", args: [[1]], queue: "hard" });

    for (const text of transport.queues["hard"] ?? []) expect(text).toMatch(/"created_at":\d{10}\.\d+/);
    expect(transport.calls.filter((call) => call !== "flush")).toEqual(
      ["push", "push", "pushAll"].flatMap((call) => ["spelling", call]),
    );
  });

  test("rejects the push where the transport cannot tell it, and nobody else", async () => {
    const gone = new Error("nobody knows");
    const transport = new NotingTransport();
    transport.spelling = () => Promise.reject(gone);
    const client = new Client({ transport });

    await expect(job(client).performAsync(1)).rejects.toBe(gone);
    await expect(job(client).performBulk([[1]])).rejects.toBe(gone);
    expect(transport.queues).toEqual({});
  });
});

describe("a push by a transport", () => {
  test("reaches it in its own tick", async () => {
    const transport = new NotingTransport();
    const pushed = [
      job(new Client({ transport })).performAsync(1),
      job(new Client({ transport })).performAsync(2),
    ];

    expect(transport.calls.filter((call) => call === "push")).toHaveLength(2);
    await Promise.all(pushed);
  });

  test.each(WAYS)("of %s is rejected with what the transport says", async (_way, push) => {
    const full = new Error("the disk is full");
    const transport = new NotingTransport();
    transport.answer = () => Promise.reject(full);

    pushing = new Client({ transport });

    await expect(push()).rejects.toBe(full);
  });

  test("of many jobs has two slices on their way at most, and flushes before it makes each", async () => {
    const transport = new NotingTransport();
    const waiting: (() => void)[] = [];
    transport.answer = () => new Promise((resolve) => waiting.push(resolve));
    const client = new Client({ transport });
    const onTheirWay: number[] = [];

    const pushed = client.pushBulk({ class: "HardJob", args: [[1], [2], [3], [4]], batch_size: 1 });
    for (let slice = 0; slice < 4; slice++) {
      // Whatever can go on without an answer does, before one is given.
      for (let turn = 0; turn < 5; turn++) await setImmediate();
      onTheirWay.push(waiting.length);
      waiting.shift()?.();
    }

    expect(onTheirWay).toEqual([2, 2, 2, 1]);
    expect(transport.calls.filter((call) => call === "flush")).toHaveLength(4);
    expect(await pushed).toHaveLength(4);
  });
});

describe("client middleware on a transport", () => {
  test("gets the transport's Redis", async () => {
    const transport: Transport = Object.assign(new NotingTransport(), { redis: () => here.redis });
    const note: ClientMiddleware = async (_payload, next, push) => {
      await push.redis().set("noted", push.reason);
      await next();
    };

    await new Client({ transport, middleware: [note] }).push({ class: "HardJob", args: [] });

    expect(await here.redis.get("noted")).toBe("push");
  });

  test("is told when the transport has none", async () => {
    const transport = new NotingTransport();
    const ask: ClientMiddleware = async (_payload, next, push) => {
      await push.redis().get("anything");
      await next();
    };
    const client = new Client({ transport, middleware: [ask] });

    const pushed = client.push({ class: "HardJob", args: [] });

    await expect(pushed).rejects.toThrow(ConfigError);
    await expect(pushed).rejects.toThrow("Add `redis()` to the `transport` of the Client");
    expect(transport.queues).toEqual({});
  });
});

describe("close() of a client with a transport", () => {
  test("closes it once, after all pushes have their answers, and lets it hurry before", async () => {
    const transport = new NotingTransport();
    const [middleware, answer] = [gate(), gate()];
    transport.answer = () => answer.opened;
    const client = new Client({
      transport,
      middleware: [
        async (_payload, next) => {
          await middleware.opened;
          await next();
        },
      ],
    });
    const pushed = client.push({ class: "HardJob", args: [] });

    const closed = Promise.all([client.close(), client.close()]);
    await setImmediate();
    expect(transport.calls).toEqual(["spelling", "hurry"]);
    middleware.open();
    await setImmediate();
    expect(transport.calls).toEqual(["spelling", "hurry", "push"]);
    answer.open();
    await closed;

    expect(transport.calls).toEqual(["spelling", "hurry", "push", "close"]);
    expect(await pushed).toMatch(/^[0-9a-f]{24}$/);
  });

  test.each(WAYS)("waits for the answer of %s, good or bad", async (_way, push) => {
    const transport = new NotingTransport();
    const answer = gate();
    transport.answer = () => answer.opened.then(() => Promise.reject(new Error("the disk is full")));
    pushing = new Client({ transport });
    const refused = expect(push()).rejects.toThrow("the disk is full");

    const closed = pushing.close();
    for (let turn = 0; turn < 5; turn++) await setImmediate();
    expect(transport.calls).not.toContain("close");
    answer.open();
    await Promise.all([closed, refused]);

    expect(transport.calls.at(-1)).toBe("close");
  });

  test("closes it also when nothing was pushed", async () => {
    const transport = new NotingTransport();

    await new Client({ transport }).close();

    expect(transport.calls).toEqual(["hurry", "close"]);
  });

  test.each(WAYS)("has %s after it rejected", async (_way, push) => {
    const transport = new NotingTransport();
    pushing = new Client({ transport });
    await pushing.close();

    await expect(push()).rejects.toThrow(ClientClosedError);
    expect([transport.queues, transport.scheduled]).toEqual([{}, []]);
  });

  test("is rejected with what its `close()` is", async () => {
    const transport = new NotingTransport();
    const lost = new Error("not written");
    transport.close = () => Promise.reject(lost);

    await expect(new Client({ transport }).close()).rejects.toBe(lost);
  });
});

describe("a client stays with its transport", () => {
  test("though another Redis becomes the default one", async () => {
    const transport = new NotingTransport();
    const client = new Client({ transport });

    moveClient(client, here.url);
    await job(client).performAsync(1);

    expect(transport.calls).toEqual(["spelling", "push"]);
    expect(await here.redis.keys("*")).toEqual([]);
  });

  test("when the last worker has stopped, until configure() makes another", async () => {
    const transport = new NotingTransport();
    configure({ transport });
    const hardJob = defineJob("HardJob", (_job, _n: number) => {});
    const worker = {};

    startedWorkers.add(worker);
    startedWorkers.delete(worker);
    await hardJob.performAsync(1);
    expect(transport.calls).toEqual(["spelling", "push"]);

    configure({ redis: here.url });
    await hardJob.performAsync(2);
    expect(transport.calls).toEqual(["spelling", "push", "hurry", "close"]);
    expect(await here.redis.llen("queue:default")).toBe(1);
    await defaultClient().close();
    configure();
  });
});

describe("a transport is refused", () => {
  test("together with a redis", () => {
    const both = { redis: here.url, transport: new NotingTransport() };

    expect(() => new Client(both)).toThrow(ConfigError);
    expect(() => new Client(both)).toThrow("Expected either `redis` or `transport`, got both");
    expect(() => configure(both)).toThrow("Expected either `redis` or `transport`, got both");
  });

  test.each([
    ["null", null, "without `push`, `pushAll`"],
    ["a class", NotingTransport, "without `push`, `pushAll`"],
    ["one that cannot close", Object.assign(new NotingTransport(), { close: 1 }), "without `close`."],
    ["one whose redis is none", Object.assign(new NotingTransport(), { redis: 1 }), "without `redis`."],
  ])("when it is %s", (_what, transport, message) => {
    // From JavaScript anything can come.
    const make = (): Client => new Client({ transport } as unknown as ClientOptions);

    expect(make).toThrow(ConfigError);
    expect(make).toThrow(message);
  });

  test("under a name that is nearly its own", () => {
    const make = (): Client => new Client({ trasnport: new NotingTransport() } as object);

    expect(make).toThrow("got `trasnport`. Did you mean `transport`?");
  });
});
