import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { Redis } from "ioredis";
import { Packr } from "msgpackr";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import {
  clientOf,
  embeddedServer,
  pingOnce,
  runToItsEnd,
  socketTo,
  temporaryFolder,
} from "../support/embedded.ts";
import { eventually } from "../support/eventually.ts";
import { compileValkey, EMBEDDED_MODULE, startEmbedded } from "../support/inside-embedded.ts";
import type { EmbeddedServer, StartEmbeddedOptions } from "../support/inside-embedded.ts";

async function blockedClients(redis: Redis): Promise<number> {
  return Number(/blocked_clients:(\d+)/.exec(await redis.info("clients"))?.[1]);
}

describe("a client of the embedded server", () => {
  let server: EmbeddedServer;
  let redis: Redis;

  beforeEach(async () => {
    server = await startEmbedded();
    redis = new Redis(server.url);
  });

  afterEach(async () => {
    redis.disconnect();
    await server.stop();
  });

  test("gets answers to PING and INFO", async () => {
    expect(await redis.ping()).toBe("PONG");
    expect(await redis.info("server")).toContain(`tcp_port:${server.port}`);
    expect(await redis.info("server")).toContain("valkey_version:9.1.1");
  });

  test("sees the same time as this process", async () => {
    const beforeSeconds = Math.floor(Date.now() / 1000);

    const [seconds] = await redis.time();

    expect(Number(seconds)).toBeGreaterThanOrEqual(beforeSeconds);
    expect(Number(seconds)).toBeLessThanOrEqual(Date.now() / 1000);
  });

  test("runs scripts by their hash, with msgpack in them", async () => {
    const packr = new Packr({ useRecords: false, encodeUndefinedAsNil: true, int64AsType: "number" });
    const hash = await redis.script("LOAD", "return cmsgpack.pack(cmsgpack.unpack(ARGV[1]).names)");

    const reply = await redis.callBuffer("EVALSHA", String(hash), 0, packr.pack({ names: ["a", "b"] }));

    // `callBuffer` is typed `unknown`; a string from Lua is a Buffer.
    expect(packr.unpack(reply as Buffer)).toEqual(["a", "b"]);
  });

  test("gets an error from a script that fails, and the next command works", async () => {
    await expect(redis.eval("error('no')", 0)).rejects.toThrow("no");
    await expect(redis.eval("local function f() return 1 + f() end return f()", 0)).rejects.toThrow(
      "stack overflow",
    );
    expect(await redis.ping()).toBe("PONG");
  });

  test("is woken from BLMOVE by a push", async () => {
    const waiter = clientOf(server);
    const moved = waiter.blmove("queue:a", "taken", "RIGHT", "LEFT", 0);
    await eventually(async () => expect(await blockedClients(redis)).toBe(1));

    await redis.lpush("queue:a", "job");

    expect(await moved).toBe("job");
    expect(await redis.lrange("taken", 0, -1)).toEqual(["job"]);
  });

  test("is answered when its blocking command times out", async () => {
    expect(await clientOf(server).brpop("nothing", 0.1)).toBeNull();
  });

  test("reads back a value of 16 MB", async () => {
    const value = Buffer.alloc(16 << 20, "tsq ");

    await redis.set("big", value);

    expect((await redis.getBuffer("big"))?.equals(value)).toBe(true);
  });

  test("is served although another one does not read its replies", async () => {
    await redis.set("big", Buffer.alloc(16 << 20));
    const slow = await socketTo(server);
    slow.pause();
    slow.write("GET big\r\nGET big\r\n");
    // More than the sockets between them take: the rest waits with the server.
    await eventually(async () => expect(await redis.client("LIST")).toMatch(/ omem=[1-9]\d* .* cmd=get /));

    expect(await redis.ping()).toBe("PONG");

    // As long as bytes come they may come slowly: a busy machine passes them on in its own time.
    const bytes = 2 * ((16 << 20) + "$16777216\r\n\r\n".length);
    let receivedBytes = 0;
    await new Promise<void>((resolve) => {
      slow.on("data", (chunk) => {
        receivedBytes += chunk.length;
        if (receivedBytes >= bytes) resolve();
      });
      slow.resume();
    });
    expect(receivedBytes).toBe(bytes);
  });

  test("gets the reply to what it sent before it closed its sending side", async () => {
    const socket = await socketTo(server);

    socket.end("PING\r\n");

    const [reply] = await once(socket, "data");
    expect(String(reply)).toBe("+PONG\r\n");
  });

  test("takes no job with it when it disconnects while it waits for one", async () => {
    const other = clientOf(server);
    // The waiter comes after these, so that its end would be looked at last.
    for (let index = 0; index < 3; index++) await socketTo(server);
    await other.ping();
    for (let round = 0; round < 10; round++) {
      const waiter = await socketTo(server);
      waiter.write(`BLMOVE queue:${round} taken RIGHT LEFT 0\r\n`);
      await eventually(async () => expect(await blockedClients(redis)).toBe(1), { everyMs: 1 });

      // While a script keeps the server busy, so that it finds the end and the push at the same time.
      const script = other.eval("for i = 1, 1000000 do end", 0);
      waiter.destroy();
      await redis.lpush(`queue:${round}`, "job");
      await script;
    }

    expect(await redis.llen("taken")).toBe(0);
    expect(await redis.keys("queue:*")).toHaveLength(10);
    await eventually(async () => expect(await redis.info("clients")).toContain("connected_clients:5\r\n"));
  });

  test("finds the server working after 7,000 others came and went", async () => {
    let pongs = 0;
    for (let batch = 0; batch < 70; batch++) {
      const replies = Array.from({ length: 100 }, () => pingOnce(server.port));
      pongs += (await Promise.all(replies)).filter((reply) => reply === "+PONG\r\n").length;
    }

    expect(pongs).toBe(7000);
    expect(await redis.ping()).toBe("PONG");
    await eventually(async () => expect(await redis.info("clients")).toContain("connected_clients:1\r\n"));
  });
});

describe("the embedded server", () => {
  test("says EADDRINUSE when its port is taken", async () => {
    const first = await embeddedServer();

    await expect(startEmbedded({ port: first.port })).rejects.toMatchObject({ code: "EADDRINUSE" });

    expect(await clientOf(first).ping()).toBe("PONG");
  });

  test("shares nothing with a second one", async () => {
    const first = clientOf(await embeddedServer());
    const second = clientOf(await embeddedServer());

    await first.set("key", "value");

    expect(await second.get("key")).toBeNull();
  });

  test("refuses writes above maxmemory, and goes on", async () => {
    const redis = clientOf(await embeddedServer({ maxmemory: "20mb" }));
    const write = async (): Promise<void> => {
      for (let index = 0; index < 30; index++) await redis.set(`key:${index}`, Buffer.alloc(1 << 20));
    };

    await expect(write()).rejects.toThrow("OOM");
    expect(await redis.ping()).toBe("PONG");
  });

  test("does not start with a maxmemory that Valkey does not understand", async () => {
    await expect(startEmbedded({ maxmemory: "much" })).rejects.toMatchObject({
      code: "TSQ_EMBEDDED",
      message: expect.stringContaining("CONFIG SET maxmemory much"),
    });
  });

  test("does not start in production, unless asked to", async () => {
    vi.stubEnv("NODE_ENV", "production");
    onTestFinished(() => void vi.unstubAllEnvs());

    await expect(startEmbedded()).rejects.toMatchObject({ code: "TSQ_EMBEDDED" });

    expect(await clientOf(await embeddedServer({ allowInProduction: true })).ping()).toBe("PONG");
  });

  test("listens on this machine alone", async () => {
    // From JavaScript, any string can come.
    const options = { host: "0.0.0.0" } as unknown as StartEmbeddedOptions;

    await expect(startEmbedded(options)).rejects.toMatchObject({ code: "TSQ_EMBEDDED" });
  });

  test("does not run a WebAssembly file with other bytes than it knows", async () => {
    const file = path.join(await temporaryFolder(), "valkey.wasm");
    await writeFile(file, Buffer.from("\0asm\x01\0\0\0"));

    await expect(compileValkey(file)).rejects.toThrow("SHA-256");
  });

  test("hands Valkey's log lines to onLog", async () => {
    const lines: string[] = [];
    const server = await embeddedServer({ onLog: (message, level) => lines.push(`${level} ${message}`) });
    const redis = clientOf(server);

    await expect(redis.bgsave()).rejects.toThrow();

    await eventually(() => expect(lines).toContain("debug Ready to accept connections tcp"));
    await eventually(() => expect(lines).toContain("warn Can't save in background: fork: Success"));
  });

  test("is fatally ended by a SHUTDOWN, and stop() still works", async () => {
    const server = await embeddedServer();
    const fatal = once(server, "fatal");

    clientOf(server)
      .shutdown("NOSAVE")
      .catch(() => {});

    const [error] = await fatal;
    expect(error).toMatchObject({ code: "TSQ_EMBEDDED", message: expect.stringContaining("SHUTDOWN") });
    await expect(server.save()).rejects.toBe(error);
    await server.stop();
  });

  test("cuts off its clients and frees its port when it stops", async () => {
    const server = await startEmbedded();
    const redis = clientOf(server);
    await redis.ping();
    const ended = once(redis, "end");

    await Promise.all([server.stop(), server.stop()]);

    await ended;
    await expect(pingOnce(server.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("can be stopped while a script runs that never ends", async () => {
    const lines: string[] = [];
    const server = await startEmbedded({ onLog: (message) => lines.push(message) });
    const redis = clientOf(server);
    await redis.config("SET", "busy-reply-threshold", 20);
    const answer = redis.eval("while true do end", 0).catch(() => "cut off");
    await eventually(() => expect(lines).toContainEqual(expect.stringContaining("Slow script detected")));

    await server.stop();

    expect(await answer).toBe("cut off");
  });

  test("lets the process exit while it runs", async () => {
    const output = await runToItsEnd(`
      const { startEmbedded } = await import(${JSON.stringify(EMBEDDED_MODULE)});
      const server = await startEmbedded();
      console.log(server.url);
    `);

    expect(output).toMatch(/^redis:\/\/127\.0\.0\.1:\d+\/0\n$/);
  });

  test("answers others while this thread is blocked", async () => {
    const server = await embeddedServer();
    const pongs = new Int32Array(new SharedArrayBuffer(4));
    const other = new Worker(
      `const { workerData: { port, pongs } } = require("node:worker_threads");
       const socket = require("node:net").connect(port, "127.0.0.1");
       socket.on("data", () => { Atomics.add(pongs, 0, 1); socket.write("PING\\r\\n"); });
       socket.write("PING\\r\\n");`,
      { eval: true, workerData: { port: server.port, pongs } },
    );
    onTestFinished(async () => void (await other.terminate()));
    await eventually(() => expect(Atomics.load(pongs, 0)).toBeGreaterThan(0));

    const pongsBefore = Atomics.load(pongs, 0);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2000);
    const pongsAfter = Atomics.load(pongs, 0);

    // One would do if it came in time; hundreds cannot all have come before or after the wait.
    expect(pongsAfter - pongsBefore).toBeGreaterThan(100);
  });
});
