/** What a push is rejected with when the server cannot take it: which server, why, and what to do. */
import { inspect } from "node:util";
import { Client, configure, defaultClient, defineJob, RedisUnusableError, TsqError } from "@tsq/core";
import type { RedisTarget } from "@tsq/core";
import { checkServer } from "@tsq/core/protocol";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { CommandTap } from "../../support/command-tap.ts";
import { TcpProxy } from "../../support/proxy.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let redis: TestRedis;
let proxy: TcpProxy;

beforeAll(async () => {
  redis = await startRedis();
});
beforeEach(async () => {
  await redis.client().flushdb();
  proxy = await TcpProxy.listen(redis.port);
});
afterEach(() => proxy.stop());
afterAll(() => redis.stop());

const open = (target: RedisTarget, wire: "auto" | 8 = "auto"): Client => {
  const client = new Client({ redis: target, wire });
  onTestFinished(() => client.close());
  return client;
};

/** Each way to push, as a promise that is to be rejected. */
const pushes = (client: Client): readonly Promise<unknown>[] => {
  const job = defineJob("HardJob", { client }, (_job, _n: number) => {});
  return [
    job.performAsync(1),
    job.performIn(60, 1),
    job.performBulk([[1], [2]]),
    client.push({ class: "HardJob", args: [] }),
    client.pushBulk({ class: "HardJob", args: [[]], at: 4_102_444_800 }),
  ];
};

const rejection = async (push: Promise<unknown>): Promise<RedisUnusableError> => {
  const error: unknown = await push.then(
    () => "it arrived",
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(RedisUnusableError);
  // The line above.
  return error as RedisUnusableError;
};

describe.each(["auto", 8] as const)("with times %s, a push is rejected with the reason", (wire) => {
  test("when nobody is there", async () => {
    const client = open("redis://me:swordfish@127.0.0.1:1/0", wire);

    for (const push of pushes(client)) {
      const error = await rejection(push);
      expect(error).toBeInstanceOf(TsqError);
      expect(error).toMatchObject({ code: "TSQ_REDIS_UNUSABLE", cause: { code: "ECONNREFUSED" } });
      expect(error.message).toBe(
        "Cannot reach Redis at redis://127.0.0.1:1/0: connection refused. Is the server running? " +
          "Set REDIS_URL, or `redis` of configure() or of the Client.",
      );
    }
  });

  test("when every connection is closed without a word, as by a port that speaks TLS", async () => {
    proxy.replace((_chunk, _from) => {
      setImmediate(() => proxy.cut());
      return undefined;
    });

    const { message } = await rejection(open(proxy.url, wire).push({ class: "HardJob", args: [] }));

    expect(message).toMatch(
      /^Cannot reach Redis at \S+: it closed the connection without a word\. If this port speaks TLS, write `rediss:\/\/`\./,
    );
  });
});

const REFUSALS: readonly (readonly [what: string, reply: string, message: RegExp])[] = [
  [
    "the memory is full",
    "OOM command not allowed when used memory > 'maxmemory'.",
    /^Redis at \S+ is full \(OOM [^)]+\)\. Let workers drain it, raise its `maxmemory`, or/,
  ],
  [
    "it cannot save",
    "MISCONF Redis is configured to save RDB snapshots, but it's unable to persist to disk.",
    /^Redis at \S+ cannot save to its disk and takes no writes \(MISCONF [^)]+\)\. Make room/,
  ],
  [
    "it is a replica",
    "READONLY You can't write against a read only replica.",
    /^Redis at \S+ is a read-only replica \(READONLY [^)]+\)\. Use the master's URL\./,
  ],
  [
    "a name is taken by something else",
    "WRONGTYPE Operation against a key holding the wrong kind of value",
    /^Redis at \S+ holds something else under one of .*`queues`, `queue:default` \(WRONGTYPE [^)]+\)\. Rename/,
  ],
  [
    "of what nobody has heard of",
    "ERR something new",
    /^Redis at \S+ answered `ERR something new`\. Look it up in its log\./,
  ],
];

test.each(REFUSALS)("a push is rejected with the reason when %s", async (_what, reply, message) => {
  const tap = new CommandTap(proxy);
  tap.answer((name) =>
    ["sadd", "lpush", "zadd", "evalsha", "eval", "multi"].includes(name) ? `-${reply}\r\n` : undefined,
  );

  for (const push of pushes(open(proxy.url, 8))) {
    const error = await rejection(push);
    expect(error.message).toMatch(message);
    expect(error.cause).toMatchObject({ message: reply });
  }
});

describe("a server with users", () => {
  let locked: TestRedis;
  const as = (user: string, password: string): string =>
    Object.assign(new URL(locked.url), { username: user, password }).href;

  beforeAll(async () => {
    // Always of its own: a server that others use, too, is not to be locked.
    const backend = process.env["TSQ_TEST_REDIS"] === "native" ? "native" : "embedded";
    locked = await startRedis({ backend });
    const acl = locked.client();
    await acl.call(
      "ACL",
      "SETUSER",
      "reader",
      "on",
      ">swordfish",
      "~*",
      "+@read",
      "+info",
      "+select",
      "+ping",
    );
    await acl.call("ACL", "SETUSER", "guest", "on", ">swordfish", "~processes", "~other:*", "+@all");
  });
  afterAll(() => locked.stop());

  test("refuses a command: the push names it, and the rule that allows it", async () => {
    const { message } = await rejection(
      open(as("reader", "swordfish"), 8).push({ class: "HardJob", args: [] }),
    );

    expect(message).toMatch(
      /^Redis at \S+ refuses [A-Z]+ to the user `reader` \([^)]+\)\. Allow it in the ACL: `ACL SETUSER reader \+[a-z]+`; docs/,
    );
  });

  test("refuses a key: the push names it, and the rule that allows it", async () => {
    const { message } = await rejection(
      open(as("guest", "swordfish"), 8).push({ class: "HardJob", args: [], queue: "mailers" }),
    );

    expect(message).toMatch(
      /^Redis at \S+ refuses [A-Z]+ on .*`queue:mailers`.* to the user `guest` \(NOPERM [^)]+\)\. Allow the keys/,
    );
    expect(message).toMatch(/`ACL SETUSER guest .*~queue:\*.*`; docs/);
  });
});

describe("a server with a password", () => {
  let locked: TestRedis;
  beforeAll(async () => {
    const backend = process.env["TSQ_TEST_REDIS"] === "native" ? "native" : "embedded";
    locked = await startRedis({ backend, args: ["--requirepass", "whale"] });
  });
  afterAll(() => locked.stop());

  test.each([
    ["a wrong one with a user", "reader:trout@"],
    ["a wrong one alone", "trout@"],
    ["none", ""],
  ])("refuses %s, and the push says so without showing it", async (_what, credentials) => {
    const url = locked.url.replace("//", `//${credentials}`);

    const error = await rejection(open(url).push({ class: "HardJob", args: ["secret argument"] }));

    expect(error.message).toMatch(
      /^Redis at redis:\/\/127\.0\.0\.1:\d+\/\d+ refuses the password \((?:WRONGPASS|NOAUTH) [^)]+\)\. Check the user and password in the URL\.$/,
    );
    // As a console prints it.
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toMatch(/trout|secret argument/);
  });

  test("takes a push with the password alone, as Ruby's client sends it", async () => {
    const url = locked.url.replace("//", "//whale@");

    expect(await checkServer(url)).toMatch(/^\d/);
    expect(await open(url).push({ class: "HardJob", args: [] })).toMatch(/^[0-9a-f]{24}$/);
  });
});

describe("a client that is closed", () => {
  test("rejects every push, and opens no connection", async () => {
    const client = open(proxy.url);
    await client.push({ class: "HardJob", args: [1] });
    await client.close();
    const before = proxy.accepted;

    for (const push of pushes(client)) {
      await expect(push).rejects.toHaveProperty("code", "TSQ_CLIENT_CLOSED");
      await expect(push).rejects.toBeInstanceOf(TsqError);
    }

    expect(proxy.accepted).toBe(before);
  });

  test("may be the one that nobody has configured", async () => {
    const before = process.env["REDIS_URL"];
    process.env["REDIS_URL"] = redis.url;
    const job = defineJob("HardJob", (_job, _n: number) => {});
    try {
      configure();
      await job.performAsync(1);
      await defaultClient().close();

      await expect(job.performAsync(2)).rejects.toHaveProperty("code", "TSQ_CLIENT_CLOSED");
    } finally {
      if (before === undefined) delete process.env["REDIS_URL"];
      else process.env["REDIS_URL"] = before;
      const next = configure({ redis: redis.url });
      await job.performAsync(3);
      await next.close();
      configure();
    }
    expect(await redis.client().llen("queue:default")).toBe(2);
  });
});
