/** What users may do who only push or only read: all of it by the documented rules, and one right less is named. */
import { readFileSync } from "node:fs";
import { Client, defineJob, RedisUnusableError } from "@tsq/core";
import {
  ApiConnection,
  DeadSet,
  ErrorGroups,
  Findings,
  Jobs,
  Metrics,
  ProcessSet,
  Queue,
  RetrySet,
  ScheduledSet,
  Stats,
  WorkSet,
} from "@tsq/core/api";
import type { Redis, RedisOptions } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const DOCUMENT = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
const ruleOf = (user: string): readonly string[] =>
  new RegExp(`^ACL SETUSER ${user} on >password (.*)$`, "m").exec(DOCUMENT)?.[1]?.split(" ") ?? [];
const [WORKER, WEB, READER] = [ruleOf("tsq"), ruleOf("web"), ruleOf("reader")];
/** What is said in words. */
const WRITER = [
  ...WORKER,
  ...READER.filter((right) => right.startsWith("+")),
  ...(/and with them `([^`]+)`/.exec(DOCUMENT)?.[1]?.split(" ") ?? []),
];

/** What cancelling needs beside what pushing does. */
const CANCELLER = [...WEB, ...(/needs with them\s+`([^`]+)`/.exec(DOCUMENT)?.[1]?.split(" ") ?? [])];

/** What a right is needed for that can be done without here: a database beside 0, a sign of life, and a tidy end. */
const SPARED = ["+ping", "+select", "+info", "+unlink"];
const needed = (rule: readonly string[]): readonly string[] =>
  rule.filter((right) => right.startsWith("+") && !SPARED.includes(right)).map((right) => right.slice(1));

/** Decides how a push goes, and names the library: refused, it is done without. */
const OPTIONAL = ["multi", "exec", "client|info", "client|kill", "client|setinfo"];

if (!hasNativeRedis())
  console.warn("Skipped: the rights of clients and readers, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("a user who has", () => {
  let server: TestRedis;
  let admin: Redis;

  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    admin = server.client();
  });
  beforeEach(async () => {
    await admin.flushdb();
    // Who knows a script by its digest does not ask for the right to send its text.
    await admin.script("FLUSH");
    await admin.sadd("processes", "ruby:1:abc");
    await admin.hset("ruby:1:abc", "info", '{"version":"8.1.7"}');
  });
  afterAll(() => server.stop());

  const asUser = async (...rules: readonly string[]): Promise<RedisOptions> => {
    await admin.acl("SETUSER", "one", "reset", "on", ">password", ...rules);
    await admin.acl("LOG", "RESET");
    return { host: "127.0.0.1", port: server.port, username: "one", password: "password" };
  };

  const refused = async (): Promise<readonly string[]> =>
    // Field and value follow each other.
    ((await admin.acl("LOG")) as string[][])
      .map((entry) => entry[entry.indexOf("object") + 1] ?? "")
      .filter((object) => !OPTIONAL.includes(object));

  const refusalOf = (command: string): RegExp =>
    new RegExp(
      String.raw`^Redis at \S+ refuses ${command.toUpperCase()} to the user \`one\` \([^)]+\)\. ` +
        String.raw`Allow it in the ACL: \`ACL SETUSER one \+${command}\`; docs/operating\.md has `,
    );

  const push = async (redis: RedisOptions, wire: "auto" | 8 = "auto"): Promise<void> => {
    const client = new Client({ redis, wire });
    const job = defineJob("HardJob", { client }, (_job, _n: number) => {});
    try {
      await job.performAsync(1);
      await job.set({ wait: 60 }).performAsync(1);
      await job.performBulk(Array.from({ length: 10_000 }, (_, i) => [i]));
      await Promise.all(Array.from({ length: 50 }, (_, i) => job.performAsync(i)));
    } finally {
      await client.close();
    }
  };

  const fill = async (): Promise<void> => {
    // More than one page.
    const texts = Array.from({ length: 150 }, (_, i) => payloadText({ jid: `job${i}` }));
    await admin.lpush("queue:default", ...texts);
    await admin.sadd("queues", "default");
    for (const set of ["retry", "schedule", "dead"])
      await admin.zadd(set, ...texts.flatMap((text, i) => [i, text]));
    await admin.hset("ruby:1:abc:work", "t", '{"payload":"{}","run_at":5}');
  };

  const readQueues = async (api: ApiConnection): Promise<void> => {
    for (const queue of await Queue.all(api)) {
      await Promise.all([queue.size(), queue.latency(), queue.isPaused(), queue.findJob("job0")]);
      await Promise.all([queue.page(), queue.page({ order: "desc" }), queue.search(), queue.facets()]);
    }
  };

  const readSet = async (set: RetrySet | ScheduledSet | DeadSet): Promise<void> => {
    await Promise.all([
      set.size(),
      set.page(),
      set.page({ order: "desc" }),
      set.findJob("job0"),
      set.fetch({}),
      set.facets(),
    ]);
    const { cursor } = await set.search("", { limit: 1 });
    await set.search("", { after: cursor });
    let last = "";
    for await (const { id } of set) {
      // The walk looks anew where it is when entries before it have gone.
      if (last === "") await admin.zremrangebyrank(set.key, -20, -1);
      last = id;
    }
    await set.findEntry(last);
  };

  const read = async (redis: RedisOptions): Promise<void> => {
    await using api = new ApiConnection({ redis });
    await new Stats(api).fetch();
    await new Stats(api).history(3);
    await readQueues(api);
    for (const Set of [RetrySet, ScheduledSet, DeadSet]) await readSet(new Set(api));
    const [processes, work, metrics] = [new ProcessSet(api), new WorkSet(api), new Metrics(api)];
    await Promise.all([processes.size(), processes.all(), processes.findProcess("x"), processes.leader()]);
    await Promise.all([work.size(), work.all()]);
    await new Findings(api).read();
    await Promise.all([new ErrorGroups(api).read(), new Jobs(api).find("job0"), new Jobs(api).find("none")]);
    await Promise.all([metrics.topJobs(), metrics.topJobs({ hours: 24 }), metrics.forJob("HardJob")]);
  };

  const write = async (redis: RedisOptions): Promise<void> => {
    await using api = new ApiConnection({ redis });
    const [retries, dead, queue] = [new RetrySet(api), new DeadSet(api), new Queue("default", api)];
    const [one, two, three] = (await retries.page()).items;
    expect([await one?.retry(), await two?.kill(), await three?.reschedule(9)]).toEqual([true, true, true]);
    expect(await (await retries.findJob("job3"))?.delete()).toBe(true);
    expect(await (await queue.findJob("job4"))?.delete()).toBe(true);
    const [four, five] = (await retries.page({ offset: 10 })).items;
    expect([await four?.move("other"), await five?.retry({ queue: "other" })]).toEqual([true, true]);
    const [six, seven] = (await queue.page({ offset: 10 })).items;
    expect([await six?.move("other"), await seven?.kill()]).toEqual([true, true]);
    await dead.bulk({ ids: (await dead.page({ limit: 1 })).items.map(({ id }) => id) }).reschedule(9);
    await dead.kill(payloadText());
    await retries.killAll();
    await dead.retryAll();
    await new ScheduledSet(api).addAllToQueue();
    await Promise.all([retries.clear(), queue.pause(), new Stats(api).reset()]);
    await Promise.all([queue.resume(), queue.clear(), new Metrics(api).markDeploy("v1")]);
    await new ProcessSet(api).cleanup();
    for (const one of await new ProcessSet(api).all()) await one.quiet();
  };

  test("the documented rights of pushes pushes one by one, at a time and in bulk, and leaves nothing", async () => {
    await push(await asUser(...WEB));

    expect(await admin.llen("queue:default")).toBe(10_051);
    expect(await admin.zcard("schedule")).toBe(1);
    expect(await admin.keys("tsq:push:*")).toEqual([]);
    expect(await refused()).toEqual([]);
  });

  test("those without the records of processes pushes with pinned times", async () => {
    await push(await asUser(...WEB.filter((right) => right !== "%R~*")), 8);

    expect(await refused()).toEqual([]);
  });

  test.each(needed(WEB))("those without %s is told so when it pushes", async (command) => {
    const refusal = push(await asUser(...WEB, `-${command}`));

    await expect(refusal).rejects.toThrow(RedisUnusableError);
    await expect(refusal).rejects.toThrow(refusalOf(command));
  });

  const cancel = async (redis: RedisOptions): Promise<void> => {
    const client = new Client({ redis });
    try {
      await client.cancel("abc");
    } finally {
      await client.close();
    }
  };

  test("those of pushes and what the document adds for it cancels", async () => {
    await cancel(await asUser(...CANCELLER));

    expect(await refused()).toEqual([]);
    expect(await admin.hget("it-abc", "cancelled")).not.toBeNull();
  });

  test.each(CANCELLER.filter((right) => right.startsWith("+") && !WEB.includes(right)))(
    "those without %s is told so when it cancels, and nothing is cancelled",
    async (right) => {
      const command = right.slice(1);
      const refusal = cancel(await asUser(...CANCELLER, `-${command}`));

      await expect(refusal).rejects.toThrow(RedisUnusableError);
      await expect(refusal).rejects.toThrow(refusalOf(command));
      expect(await admin.hget("it-abc", "cancelled")).toBeNull();
    },
  );

  test("the documented rights of readers reads all there is, and can change nothing", async () => {
    await fill();
    const redis = await asUser(...READER);

    await read(redis);

    // The script that looks for a job: without it the same is found, and it is not tried again.
    expect(await refused()).toEqual(["evalsha"]);
    await using api = new ApiConnection({ redis });
    await expect(new DeadSet(api).kill(payloadText())).rejects.toThrow(refusalOf("zadd"));
    await expect(new Queue("default", api).clear()).rejects.toThrow(refusalOf("unlink"));
  });

  test.each(needed(READER))("those without %s is told so when it reads", async (command) => {
    await fill();

    const refusal = read(await asUser(...READER, `-${command}`));

    await expect(refusal).rejects.toThrow(RedisUnusableError);
    await expect(refusal).rejects.toThrow(refusalOf(command));
  });

  test("those of workers and of readers, and what the document adds, moves, deletes and pauses", async () => {
    await fill();

    await write(await asUser(...WRITER));

    expect(await refused()).toEqual([]);
  });
});
