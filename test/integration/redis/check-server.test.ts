import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client, RedisUnusableError } from "@tsq/core";
import { checkServer, connect } from "@tsq/core/protocol";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { hasNativeRedis, startNativeRedis } from "../../support/native-redis.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let redis: TestRedis;
let proxy: TcpProxy;

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  proxy = await TcpProxy.listen(redis.port);
});
afterEach(async () => {
  vi.useRealTimers();
  await proxy.stop();
});
afterAll(() => redis.stop());

/** Makes the server answer `from` with `to`, of the same length in bytes. */
const pretend = (from: string, to: string): void =>
  proxy.replace((chunk, side) =>
    side === "server" ? Buffer.from(chunk.toString("latin1").replace(from, to), "latin1") : chunk,
  );

const versionLine = async (): Promise<string> =>
  /redis_version:\S+/.exec(await redis.client().info("server"))?.[0] ?? "";
const padded = (line: string, length: number): string => line.padEnd(length, "0");

describe("checking a server", () => {
  test("gives its version", async () => {
    expect(`redis_version:${await checkServer(redis.url)}`).toBe(await versionLine());
  });

  test("leaves no connection behind", async () => {
    await checkServer(proxy.url);

    expect(proxy.accepted).toBe(1);
    await expect.poll(() => proxy.open).toBe(0);
  });

  test("does not try twice", async () => {
    proxy.refuse();

    await expect(checkServer(proxy.url)).rejects.toThrow(RedisUnusableError);
    expect(proxy.accepted).toBe(1);
  });

  test("that is too old says so, and what is needed", async () => {
    const line = await versionLine();
    pretend(line, padded("redis_version:6.0.1", line.length));

    await expect(checkServer(proxy.url)).rejects.toThrow(
      /^Redis at redis:\/\/127\.0\.0\.1:\d+\/0 is version 6\.0\.1\d*; tsq needs Redis 6\.2 or newer, or Valkey\. Upgrade the server\.$/,
    );
  });

  test("that is just new enough is content", async () => {
    const line = await versionLine();
    pretend(line, padded("redis_version:6.2.0", line.length));

    expect(await checkServer(proxy.url)).toMatch(/^6\.2\.0/);
  });

  test("that is no Redis says what it answered", async () => {
    proxy.replace((chunk, side, link) => {
      if (side === "client") link.answer("HTTP/1.1 400 Bad Request\r\n\r\n");
      return side === "client" ? undefined : chunk;
    });

    await expect(checkServer(proxy.url)).rejects.toThrow(
      /^Cannot reach Redis at redis:\/\/127\.0\.0\.1:\d+\/0: /,
    );
  });
});

test("a server that is still loading is to be tried again in a moment", async () => {
  const tap = new CommandTap(proxy);
  tap.answer((name) => (name === "info" ? undefined : "-LOADING Redis is loading the dataset in memory\r\n"));

  await expect(checkServer(proxy.url)).rejects.toThrow(
    /^Redis at redis:\/\/127\.0\.0\.1:\d+\/0 is still loading its data\. Try again in a moment\.$/,
  );
});

test("a server that takes the connection and never answers is given up", async () => {
  const tap = new CommandTap(proxy);
  proxy.sleep();
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  const check = checkServer(proxy.url).catch(String);
  while (tap.commands("ping").length === 0) await new Promise(setImmediate);

  vi.advanceTimersByTime(5_000);

  expect(await check).toMatch(/Cannot reach Redis at \S+: Command timed out\. Is the server running\?/);
});

describe("a database that the server does not have", () => {
  const missing = (): string => Object.assign(new URL(redis.url), { pathname: "/9999" }).href;

  test("is refused in one line with the remedy", async () => {
    const check = checkServer(missing());

    await expect(check).rejects.toThrow(RedisUnusableError);
    await expect(check).rejects.toThrow(
      /^Redis at redis:\/\/127\.0\.0\.1:\d+\/9999 refuses the database \(ERR [^)]*\)\. Name one that the server has, [^\n]+$/,
    );
  });

  test("takes no job, and none goes to another database instead", async () => {
    const client = new Client({ redis: missing() });
    const first = client.push({ class: "HardJob", args: [] });

    await expect(first).rejects.toThrow(RedisUnusableError);
    await expect(client.push({ class: "HardJob", args: [] })).rejects.toThrow(/\/9999 refuses the database/);
    await client.close();
    expect(await redis.client().dbsize()).toBe(0);
  });

  test.each(["worker", "blocking"] as const)("is not used by a %s connection either", async (role) => {
    const connection = connect(missing(), role);
    // That of a worker opens when the worker starts.
    if (connection.status === "wait") connection.connect().catch(() => {});
    await expect.poll(() => connection.status).toBe("end");

    await expect(connection.set("key", "value")).rejects.toThrow(RedisUnusableError);
    await expect(connection.pipeline().set("key", "value").exec()).resolves.toEqual([
      [expect.any(RedisUnusableError)],
    ]);
    expect(await redis.client().dbsize()).toBe(0);
  });
});

test.each([
  ["ping", "NOPERM this user has no permissions to run the 'ping' command"],
  ["info", "NOPERM this user has no permissions to run the 'info' command"],
])("a user who may not %s is told which command the ACL must allow", async (command, refusal) => {
  new CommandTap(proxy).answer((name) => (name === command ? `-${refusal}\r\n` : undefined));

  const check = checkServer(proxy.url);

  await expect(check).rejects.toThrow(RedisUnusableError);
  await expect(check).rejects.toThrow(
    `refuses ${command.toUpperCase()} to the user \`default\` (${refusal}). Allow it in the ACL: \`ACL SETUSER default +${command}\`; docs/operating.md has the rules for workers, clients and readers.`,
  );
});

describe("a replica", () => {
  let replica: TestRedis;
  beforeAll(async () => {
    const backend = process.env["TSQ_TEST_REDIS"] === "native" ? "native" : "embedded";
    replica = await startRedis({ backend });
    // Nobody answers there: a replica without its master refuses writes all the same.
    await replica.client().replicaof("127.0.0.1", 1);
  });
  afterAll(() => replica.stop());

  test("that takes no writes is refused in one line that names its master", async () => {
    const check = checkServer(replica.url);

    await expect(check).rejects.toThrow(RedisUnusableError);
    await expect(check).rejects.toThrow(
      /^Redis at \S+ is a read-only replica of 127\.0\.0\.1:1\. Use the master's URL\.$/,
    );
  });

  test("that takes writes is content", async () => {
    await replica.client().config("SET", "replica-read-only", "no");

    expect(await checkServer(replica.url)).toMatch(/^\d+\./);
  });
});

test("a server in cluster mode is refused in one line with the remedy", async ({ skip }) => {
  if (!hasNativeRedis()) {
    console.warn("Skipped: a server in cluster mode, because there is no redis-server on PATH.");
    skip("there is no redis-server on PATH");
  }
  const folder = await mkdtemp(path.join(tmpdir(), "tsq-cluster-"));
  const cluster = await startNativeRedis(["--cluster-enabled", "yes", "--dir", folder]);
  onTestFinished(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  const check = checkServer(cluster.url);

  await expect(check).rejects.toThrow(RedisUnusableError);
  await expect(check).rejects.toThrow(
    /^Redis at \S+ runs in cluster mode, and Sidekiq's keys are on one node\. Use a server with `cluster-enabled no`\.$/,
  );
});

describe("a server with a password", () => {
  let locked: TestRedis;
  beforeAll(async () => {
    // Always of its own: a server that others use, too, is not to be locked.
    const backend = process.env["TSQ_TEST_REDIS"] === "native" ? "native" : "embedded";
    locked = await startRedis({ backend, args: ["--requirepass", "swordfish"] });
  });
  afterAll(() => locked.stop());

  const withPassword = (password: string): string => Object.assign(new URL(locked.url), { password }).href;

  test("is used with the right one", async () => {
    const client = new Client({ redis: withPassword("swordfish") });

    expect(await checkServer(withPassword("swordfish"))).toMatch(/^\d+\./);
    expect(await client.push({ class: "HardJob", args: [] })).toMatch(/^[0-9a-f]{24}$/);
    await client.close();
  });

  test.each([
    ["a wrong one", () => withPassword("trout")],
    ["none", () => locked.url],
  ])("refuses %s in one line that does not show it", async (_what, url) => {
    const check = checkServer(url());

    await expect(check).rejects.toThrow(RedisUnusableError);
    await expect(check).rejects.toThrow(
      /^Redis at redis:\/\/[^ ]+ refuses the password \((?:WRONGPASS|NOAUTH) [^)]+\)\. Check the user and password in the URL\.$/,
    );
    await expect(check).rejects.not.toThrow(/trout|swordfish/);
  });
});
