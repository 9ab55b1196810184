/** Findings, read from a Redis: in few round trips and small answers, whatever somebody has written there. */
import { Findings } from "@tsq/core/api";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushdb());

/** A process of tsq that serves `default` and can run `HardJob`. */
const addProcess = async (identity: string, fields: Readonly<Record<string, string>> = {}): Promise<void> => {
  await redis.sadd("processes", identity);
  const info = { hostname: "h", queues: ["default"], version: "tsq 0.1.0" };
  const beat = String(Date.now() / 1_000);
  await redis.hset(identity, {
    info: JSON.stringify(info),
    concurrency: "2",
    busy: "0",
    beat,
    quiet: "false",
    ...fields,
  });
  await redis.set(`tsq:classes:${identity}`, '{"names":["HardJob"],"isCut":false}');
};

const ids = async (): Promise<readonly string[]> =>
  (await new Findings({ redis }).read()).map(({ id }) => id);

test("an empty Redis has none", async () => {
  expect(await ids()).toEqual([]);
});

test("a fleet that does its work has none", async () => {
  await addProcess("h:1:a");
  await pushTexts(redis, [payloadText({ enqueued_at: Date.now() })]);

  expect(await ids()).toEqual([]);
});

test("a process that was killed is told for an hour, behind its record and whoever cleans up", async () => {
  const nowMs = Date.now();
  await addProcess("h:1:a");
  const heard = { "h:1:a": 5, "h:2:killed": 1_800, "h:3:forgotten": 3_700 };
  for (const [identity, seconds] of Object.entries(heard))
    await redis.zadd("tsq:heard", nowMs - seconds * 1_000, identity);
  // One of Ruby, of which nobody has noted when it beat.
  await redis.sadd("processes", "h:4:ruby");

  const found = await new Findings({ redis }).read();

  expect(found.map(({ id }) => id)).toEqual(["process-silent:h:2:killed", "process-silent:h:4:ruby"]);
  expect(found.map(({ evidence }) => evidence)).toEqual([
    { identity: "h:2:killed", seconds: expect.closeTo(1_800, -1) as number },
    { identity: "h:4:ruby" },
  ]);
});

test("what is the matter is found, the most urgent first", async () => {
  const nowMs = Date.now();
  await addProcess("h:1:a", { beat: String(nowMs / 1_000 - 45) });
  await pushTexts(redis, [
    payloadText({ enqueued_at: nowMs - 600_000 }),
    payloadText({ class: "Other", enqueued_at: nowMs - 600_000 }),
  ]);
  await pushTexts(redis, [payloadText({ enqueued_at: nowMs })], "low");
  await pushTexts(redis, [payloadText({ enqueued_at: nowMs })], "held");
  await redis.sadd("paused", "held");
  const failed = { error_class: "E", error_message: "boom", failed_at: nowMs - 60_000 };
  const dead = Array.from({ length: 12 }, (_, i) => [
    nowMs / 1_000 - i,
    payloadText({ jid: `j${i}`, ...failed }),
  ]);
  await redis.zadd("dead", ...dead.flat());
  await redis.zadd("schedule", nowMs / 1_000 - 300, payloadText());

  const findings = await new Findings({ redis }).read();

  expect(findings.map(({ kind }) => kind)).toEqual([
    "class-unrunnable",
    "queue-unserved",
    "deaths",
    "error-growing",
    "nobody-promotes",
    "process-silent",
    "queue-late",
    "queue-paused",
  ]);
  for (const { cause, where } of findings) expect([cause, where.page]).not.toContain("");
});

test("a job is measured by how long its class has taken", async () => {
  await addProcess("h:1:a", { busy: "1" });
  const minute = new Date(Math.floor(Date.now() / 60_000) * 60_000);
  const key = `j|${minute.toISOString().slice(2, 10).replaceAll("-", "")}|${minute.getUTCHours()}:${minute.getUTCMinutes()}`;
  const padded = `j|${minute.toISOString().slice(0, 10).replaceAll("-", "")}|${minute.getUTCHours()}:${minute.getUTCMinutes()}`;
  for (const one of [key, padded]) await redis.hset(one, { "HardJob|p": "9", "HardJob|ms": "900" });
  const payload = payloadText({ jid: "slow" });
  await redis.hset(
    "h:1:a:work",
    "t",
    JSON.stringify({ queue: "default", run_at: Date.now() / 1_000 - 120, payload }),
  );

  expect(await ids()).toEqual(["job-long:slow"]);
});

test("five round trips are enough for many queues and processes", async () => {
  for (let i = 0; i < 300; i++) {
    await addProcess(`h:${i}:a`);
    await pushTexts(redis, [payloadText({ enqueued_at: Date.now() })], `q${i}`);
  }
  const client = server.client();
  let [trips, underWay] = [0, 0];
  const pipeline = client.pipeline.bind(client);
  client.pipeline = (...commands) => {
    const chain = pipeline(...commands);
    const exec = chain.exec.bind(chain);
    chain.exec = async () => {
      // What is sent beside others waits no longer than they do.
      if (underWay++ === 0) trips++;
      return exec().finally(() => underWay--);
    };
    return chain;
  };

  const findings = await new Findings({ redis: client }).read();

  expect(findings).toHaveLength(300);
  expect(trips).toBeLessThanOrEqual(5);
});

describe("of many queues with many jobs", () => {
  const QUEUES = 300;
  const asked: (readonly string[])[] = [];
  const widths: number[] = [];

  beforeEach(async () => {
    for (let i = 0; i < QUEUES; i++) {
      const jobs = Array.from({ length: 20 }, (_, n) =>
        payloadText({ class: n < 19 ? "HardJob" : "OldJob", enqueued_at: Date.now() - n }),
      );
      await pushTexts(redis, jobs, `q${i}`);
    }
    asked.length = 0;
    widths.length = 0;
  });

  /** With all that is asked, and how many answers come at once. */
  const read = async () => {
    const client = server.client();
    onTestFinished(() => client.disconnect());
    const pipeline = client.pipeline.bind(client);
    client.pipeline = (...commands) => {
      const chain = pipeline(...commands);
      const exec = chain.exec.bind(chain);
      chain.exec = () => {
        widths.push(chain.length);
        return exec();
      };
      return chain;
    };
    const send = client.sendCommand.bind(client);
    client.sendCommand = (command, ...more) => {
      asked.push([command.name, ...command.args.map(String)]);
      return send(command, ...more);
    };
    return new Findings({ redis: client }).read();
  };

  test("their oldest job is read, and no more where nobody says what it runs", async () => {
    const queues = Array.from({ length: QUEUES }, (_, i) => `q${i}`);
    await addProcess("ruby:1:a", { info: JSON.stringify({ queues, version: "8.1.7" }) });

    expect(await read()).toEqual([]);

    expect(asked.filter(([name]) => name === "lindex")).toHaveLength(QUEUES);
    expect(asked.filter(([name]) => name === "lrange")).toEqual([]);
    expect(Math.max(...widths)).toBeLessThanOrEqual(200);
  });

  test("twenty are read of those whose processes say what they run", async () => {
    const telling = { info: JSON.stringify({ queues: ["q1", "q2"], version: "tsq 0.1.0" }) };
    await addProcess("h:1:a", telling);
    await addProcess("ruby:1:a", { info: JSON.stringify({ queues: ["q2"], version: "8.1.7" }) });

    const findings = await read();

    expect(findings.map(({ id }) => id)).toContain("class-unrunnable:q1:OldJob");
    expect(asked.filter(([name]) => name === "lrange")).toEqual([["lrange", "queue:q1", "-20", "-1"]]);
  });

  test("a job of megabytes that is the oldest is measured, and neither it nor those behind it are sampled", async () => {
    await redis.rpush(
      "queue:q1",
      payloadText({ args: ["x".repeat(20_000)], enqueued_at: Date.now() - 7_200_000 }),
    );
    await addProcess("h:1:a", { info: JSON.stringify({ queues: ["q1"], version: "tsq 0.1.0" }) });

    const findings = await read();

    expect(findings.map(({ id }) => id)).toContain("queue-late:q1");
    expect(asked.filter(([name]) => name === "lrange")).toEqual([]);
  });
});

test("what somebody has written into the keys hides nothing", async () => {
  await redis.sadd("processes", "odd:1:a", "gone:1:b", "text:1:c");
  await redis.hset("odd:1:a", "info", "[1]", "beat", "soon", "concurrency", "many");
  await redis.hset("odd:1:a:work", "t", "no json");
  await redis.set("text:1:c", "no hash");
  await redis.lpush("retry", "no set");
  await pushTexts(redis, ["no json", payloadText({ class: 7, tags: 5 })], "\u202e<script>");
  await redis.sadd("queues", "of-another-type");
  await redis.hset("queue:of-another-type", "a", "b");
  await redis.zadd(
    "dead",
    Date.now() / 1_000,
    "no json",
    Infinity,
    payloadText({ error_class: 5, failed_at: "x" }),
  );

  expect(await ids()).toEqual([
    "queue-unserved:\u202e<script>",
    "process-silent:gone:1:b",
    "process-silent:text:1:c",
  ]);
});
