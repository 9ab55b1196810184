/** What a worker's user may do in Redis: all of it by the documented rule, and less of it said in one line. */
import { readdirSync, readFileSync } from "node:fs";
import { Client, defineJob, RedisUnusableError } from "@tsq/core";
import type { WorkerOptions } from "@tsq/worker";
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { wayFrom, WORKER_SOURCES } from "../../support/inside-worker.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { outage } from "../../support/outage.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { rescuerFor } from "../../support/services.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withPads } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

const DOCUMENT = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
const OF_ALL = /^ACL SETUSER tsq on >password (.*)$/m.exec(DOCUMENT)?.[1]?.split(" ") ?? [];

/** What is wished for beside it by who waits for many queues. */
const WISHED = /^(\+subscribe .*)$/m.exec(DOCUMENT)?.[1]?.split(" ") ?? [];
const WAY = wayFrom(process.env);
// With all channels no single one can be named.
const RULE = WAY === "tracking" ? [...OF_ALL.filter((right) => right !== "&*"), ...WISHED] : OF_ALL;
/** Of who waits for these tests' few queues without a pad for each. */
const OF_WATCHES = ["brpop", ...WISHED.map((right) => right.slice(1))];

/** What this test itself sends while it counts commands, and ioredis, whose options here name the connections. */
const OF_THE_TEST = ["acl|log", "config|resetstat", "client|list", "client|setname", "auth", "zcard"];
/** What may be refused: decides how a push goes, and names the library. */
const OPTIONAL = ["client|info", "client|kill", "client|setinfo"];

const OWNER = "web:1:abc~default~0";

if (!hasNativeRedis())
  console.warn("Skipped: the rights of users, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("a worker whose user has", () => {
  let server: TestRedis;
  let workers: TestWorkers;
  let admin: Redis;

  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    workers = new TestWorkers(server);
    admin = server.client();
  });
  beforeEach(async () => {
    await admin.flushdb();
    await admin.acl("LOG", "RESET");
  });
  afterEach(() => workers.end());
  afterAll(() => server.stop());

  const asUser = async (...rules: string[]): Promise<NonNullable<WorkerOptions["redis"]>> => {
    // The connections of a test are counted by their name.
    await admin.acl("SETUSER", "tsq", "reset", "on", ">password", ...rules, "+client|setname");
    return { ...workers.target, username: "tsq", password: "password" };
  };

  /** What a process leaves that dies: a job that runs, one that has killed three processes, and one on a pad. */
  const dies = async (): Promise<void> => {
    const jobs = ["00", payloadText({ jid: "back" }), "01", payloadText({ jid: "pill" })];
    await admin.hset(`tsq:in-flight:${OWNER}`, "#0", 1, ...jobs);
    await admin.set("tsq:rescues:pill", 3, "EX", 60);
    await admin.lpush("tsq:pad:web:1:abc~default:default", payloadText({ jid: "landed" }));
    await admin.hset("tsq:owners", OWNER, '["default"]');
    // Of another one the record was restored by hand.
    await admin.hset("tsq:owners", "web:2:abc~default~0", "[]");
    await admin.hset("web:2:abc", "info", "{}");
  };

  /** Brings back what the dead left, at once and not when a worker's own rescuer is sure of it. */
  const rescue = async (redis: NonNullable<WorkerOptions["redis"]>): Promise<unknown[]> => {
    const errors: unknown[] = [];
    const rescuer = rescuerFor({
      redis,
      suspectMs: 0,
      outage: outage((error) => errors.push(error)),
      onError: (error) => errors.push(error),
    });
    try {
      await rescuer.look();
      await rescuer.look();
    } finally {
      await rescuer.stop();
    }
    return errors;
  };

  /** The rights that a worker asks for at its start: those that a user who has next to none is told of. */
  const asked = async (fetch: "reliable" | "basic"): Promise<readonly string[]> => {
    const few = ["+ping", "+select", "+info", "+eval"];
    const redis = await asUser("~*", "&*", ...few);
    const told = await workers
      .make({ redis, fetch })
      .start()
      .then(
        () => "",
        (error: Error) => error.message,
      );
    await admin.acl("LOG", "RESET");
    workers.log.length = 0;
    return [...few, ...told.matchAll(/\+[a-z|]+/g)].map((right) => String(right).slice(1));
  };

  const counted = async (): Promise<readonly string[]> =>
    [...(await admin.info("commandstats")).matchAll(/^cmdstat_([^:]+):/gm)].map(([, name = ""]) => name);

  /** What was refused to the user beside that. */
  const refused = async (): Promise<readonly string[]> =>
    // Field and value follow each other.
    ((await admin.acl("LOG")) as string[][])
      .map((entry) => entry[entry.indexOf("object") + 1] ?? "")
      .filter((object) => !OPTIONAL.includes(object));

  test.each(["reliable", "basic"] as const)(
    "the documented rights runs all there is and rescues the dead, by %s fetch, with what it asked for",
    async (fetch) => {
      const rights = [...(await asked(fetch)), "client|unblock"];
      const redis = await asUser(...RULE);
      await pushTexts(admin, [
        payloadText(),
        payloadText({ args: [true] }),
        payloadText({ args: [true], retry: 0 }),
      ]);
      await admin.zadd("schedule", 1, payloadText({ queue: "later" }));
      await dies();
      await admin.config("RESETSTAT");
      const ran: string[] = [];
      const job = defineJob("HardJob", ({ jid }, fails?: boolean) => {
        ran.push(jid);
        if (fails) throw new Error("no");
      });

      expect(await rescue(redis)).toEqual([]);
      const worker = await workers.start({
        jobs: [job],
        redis,
        fetch,
        queues: ["default", "later"],
        pollIntervalAverage: 0.1,
      });
      await eventually(async () => {
        expect(ran.length).toBe(6);
        expect(await admin.zcard("retry")).toBe(1);
        expect(await admin.zcard("dead")).toBe(2);
      });
      await workers.hurried(worker.stop());

      expect(workers.messages(40).filter((line) => line !== "fail")).toEqual([]);
      expect(await refused()).toEqual([]);
      expect(ran).toEqual(expect.arrayContaining(["back", "landed"]));
      const known = [...rights, ...(WAY === "pads" ? [] : OF_WATCHES), ...OF_THE_TEST, ...OPTIONAL];
      expect((await counted()).filter((name) => !known.includes(name))).toEqual([]);
      await admin.hdel("tsq:owners", "web:2:abc~default~0");
    },
  );

  test("the documented rights pushes jobs one by one, at a time and in bulk", async () => {
    const client = new Client({ redis: await asUser(...RULE) });

    await client.push({ class: "HardJob", args: [] });
    await client.push({ class: "HardJob", args: [], at: 4_000_000_000 });
    for (let i = 0; i < 2; i++)
      await client.pushBulk({ class: "HardJob", args: Array.from({ length: 20 }, () => []) });
    await client.close();

    expect(await admin.llen("queue:default")).toBe(41);
    expect(await admin.zcard("schedule")).toBe(1);
    expect(await admin.keys("tsq:push:*")).toEqual([]);
    expect(await refused()).toEqual([]);
  });

  // Sent by who repairs queues, looks for a job or tells processes by `tsq/api`, with a rule of its own.
  const OF_THE_API = /(?:clear|seek|signal|withdraw)\.lua$/;

  test("the documented rights may do all that a script does, and what a worker's own code sends", () => {
    const read = (folder: string, ending: string): string =>
      readdirSync(new URL(folder, import.meta.url), { recursive: true, encoding: "utf8" })
        .filter((file) => file.endsWith(ending) && !OF_THE_API.test(file))
        .map((file) => readFileSync(new URL(folder + file, import.meta.url), "utf8"))
        .join("");
    const known = new Redis({ lazyConnect: true }).getBuiltinCommands();
    const scripts = read("../../../lua/", ".lua").matchAll(/call\('([A-Z]+)'/g);
    const worker = read(WORKER_SOURCES, ".ts");
    const code = worker.matchAll(/(?:redis|pipeline|through|multi)\s*\.([a-z]+)(?:Buffer)?\(/gi);
    const names = [...scripts, ...code].map(([, name = ""]) => name.toLowerCase());
    // Of these it is their second words that are allowed.
    const commands = new Set(names.filter((name) => known.includes(name) && name !== "client"));

    expect(commands.size).toBeGreaterThan(30);
    expect([...commands].filter((name) => ![...RULE, ...WISHED].includes(`+${name}`))).toEqual([]);
  });

  test("less than that is refused in one line that names all that is missing, and the rule", async () => {
    const start = workers.make({ redis: await asUser(...RULE, "-blmove", "-hset") }).start();

    await expect(start).rejects.toThrow(RedisUnusableError);
    await expect(start).rejects.toThrow(
      /^Redis at \S+ refuses HSET, BLMOVE to the user `tsq`, [^\n]+ `ACL SETUSER tsq ~\* \+hset \+blmove`\.$/,
    );
    expect(await admin.exists("processes", "tsq:owners")).toBe(0);
  });

  test("no right to run scripts is told so", async () => {
    const start = workers.make({ redis: await asUser(...RULE, "-eval") }).start();

    await expect(start).rejects.toThrow(/refuses EVAL to the user `tsq`, .* `ACL SETUSER tsq ~\* \+eval`\.$/);
  });

  describe("no right to wake what waits", () => {
    withPads();

    test("is warned, becomes quiet all the same, and leaves nothing", async () => {
      const redis = await asUser(...RULE, "-client|unblock");
      const worker = await workers.start({ redis, queues: ["a", "b"], shutdownTimeoutMs: 0 });
      await eventually(async () => expect(await workers.connections(" flags=b ")).toHaveLength(2));

      await worker.quiet();
      await worker.stop();

      expect(workers.messages(40)).toEqual([
        expect.stringMatching(
          /^Redis at \S+ refuses CLIENT UNBLOCK to the user `tsq`: a stop takes up to a second longer/,
        ),
        "A command on the way down failed; going on without it or once more",
      ]);
      expect(await workers.leftovers()).toEqual([]);
      expect(await admin.smembers("processes")).toEqual([]);
    });
  });
});
