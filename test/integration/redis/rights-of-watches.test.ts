/** What a worker's user needs for Redis to tell of jobs, and that jobs are taken without it. */
import { readFileSync } from "node:fs";
import { defineJob } from "@tsq/core";
import type { WorkerOptions } from "@tsq/worker";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { withWay } from "../../support/with-way.ts";
import { TestWorkers } from "../../support/worker.ts";

const DOCUMENT = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
const RULE = /^ACL SETUSER tsq on >password (.*)$/m.exec(DOCUMENT)?.[1]?.split(" ") ?? [];
const TOLD = /^(\+subscribe .*)$/m.exec(DOCUMENT)?.[1]?.split(" ") ?? [];
const WITHOUT_CHANNELS = RULE.filter((rule) => rule !== "&*");

if (!hasNativeRedis())
  console.warn("Skipped: the rights to be told of jobs, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("a worker that waits by being told, and whose user has", () => {
  let server: TestRedis;
  let workers: TestWorkers;
  withWay("tracking");

  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    workers = new TestWorkers(server);
  });
  beforeEach(async () => {
    await workers.redis.flushdb();
    await workers.redis.acl("LOG", "RESET");
  });
  afterEach(() => workers.end());
  afterAll(() => server.stop());

  const asUser = async (...rules: string[]): Promise<NonNullable<WorkerOptions["redis"]>> => {
    // The connections of a test are counted by their name.
    await workers.redis.acl("SETUSER", "tsq", "reset", "on", ">password", ...rules, "+client|setname");
    return { ...workers.target, username: "tsq", password: "password" };
  };

  /** How it waits: by being told, by looking because it is not told, or by looking because of what was said before. */
  const HOW = /of jobs on 2 queues|^Jobs on 2 queues are looked for/;

  /** Runs a worker as this user; resolves to what it warns of, and what it says of its waiting, once it has run a job. */
  const waiting = async (...rules: string[]): Promise<{ warned: readonly string[]; how: string }> => {
    const ran: string[] = [];
    const job = defineJob("HardJob", ({ jid }) => void ran.push(jid));
    const worker = await workers.start({ jobs: [job], redis: await asUser(...rules), queues: ["a", "b"] });
    const how = await eventually(() => {
      const line = workers.messages().find((one) => HOW.test(one));
      expect(line).toBeDefined();
      return line as string;
    });
    await pushTexts(workers.redis, [payloadText({ queue: "b" })], "b");
    await eventually(() => expect(ran).toHaveLength(1));
    await worker.stop();
    const warned = workers.messages(40);
    workers.log.length = 0;
    return { warned, how };
  };

  test("the rights that it names at its start is told then, and refused nothing more", async () => {
    const { warned } = await waiting(...WITHOUT_CHANNELS);
    const named = /ACL: `ACL SETUSER tsq ~\* (.*)`/.exec(warned[0] ?? "")?.[1]?.split(" ") ?? [];
    const rules = [...WITHOUT_CHANNELS, ...named];
    await workers.redis.acl("LOG", "RESET");

    expect(named.toSorted()).toEqual(TOLD.toSorted());
    expect(await waiting(...rules)).toEqual({
      warned: [],
      how: "Redis tells of jobs on 2 queues (CLIENT TRACKING)",
    });
    // Two of them: one is the deputy, and waits to be called.
    for (let i = 0; i < 2; i++) await workers.start({ redis: await asUser(...rules), queues: ["a", "b"] });
    await eventually(async () => expect(await workers.connections(" cmd=brpop ")).not.toEqual([]));
    expect(await workers.redis.acl("LOG")).toEqual([]);
  });

  test("less than it wishes for says at its start what is missing, and what that means", async () => {
    const lacking = await asUser(...WITHOUT_CHANNELS, "-brpop");
    await workers.start({ redis: lacking, queues: ["a", "b"] });

    expect(workers.messages(40)[0]).toMatch(
      /^Redis at \S+ refuses BRPOP, SUBSCRIBE, CLIENT TRACKING, CLIENT CACHING to the user `tsq`: a job may wait for two seconds while a worker is idle, and idle workers have a connection for each queue, or look for jobs ten times a second\. Allow it in the ACL: `ACL SETUSER tsq ~\* \+brpop \+subscribe &__redis__:invalidate \+client\|tracking \+client\|caching`\.$/,
    );
  });

  test("all but the right to wait to be called is told that alone", async () => {
    const lacking = await asUser(...WITHOUT_CHANNELS, ...TOLD, "-brpop");
    await workers.start({ redis: lacking, queues: ["a", "b"] });

    expect(workers.messages(40)).toEqual([
      expect.stringMatching(
        / refuses BRPOP to the user `tsq`: a job may wait for two seconds while a worker is idle\. /,
      ),
    ]);
  });

  test("no right to be told looks by itself, and says why in one line at its start", async () => {
    const { warned, how } = await waiting(...RULE, "+subscribe", "+client|caching");

    expect(warned).toEqual([
      expect.stringMatching(/ refuses CLIENT TRACKING to the user `tsq`: idle workers /),
    ]);
    expect(how).toBe("Jobs on 2 queues are looked for ten times a second");
  });

  test("no right to the channel warns of it once, however many capsules it has", async () => {
    const rules = RULE.filter((rule) => rule !== "&*");
    const redis = await asUser(...rules, ...TOLD.filter((rule) => !rule.startsWith("&")));
    const capsules = { mail: { queues: ["c", "d"], concurrency: 1 } };

    await workers.start({ redis, queues: ["a", "b"], capsules });

    await eventually(() => expect(workers.messages().filter((line) => HOW.test(line))).toHaveLength(2));
    expect(workers.messages(40)).toEqual([
      expect.stringMatching(
        / refuses SUBSCRIBE to the user `tsq`: .*`ACL SETUSER tsq ~\* \+subscribe &__redis__:invalidate`/,
      ),
    ]);
  });

  test("lost the right to be told while it works warns of it once, however many capsules it has", async () => {
    const redis = await asUser(...WITHOUT_CHANNELS, ...TOLD);
    const capsules = { mail: { queues: ["c", "d"], concurrency: 1 } };
    await workers.start({ redis, queues: ["a", "b"], capsules });
    const told = (): readonly string[] => workers.messages().filter((line) => HOW.test(line));
    await eventually(() => expect(told()).toHaveLength(2));

    await workers.redis.acl("SETUSER", "tsq", "-client|tracking");
    await workers.redis.client("KILL", "USER", "tsq");

    await eventually(() => expect(told()).toHaveLength(4), { timeoutMs: 20_000 });
    expect(told().slice(2).toSorted()).toEqual([
      "Jobs on 2 queues are looked for ten times a second",
      expect.stringMatching(
        /^Redis at \S+ does not tell of jobs on 2 queues \(NOPERM .*\)\. They are looked at ten times a second\. Allow it in the ACL: `\+subscribe \+client\|tracking \+client\|caching`\.$/,
      ),
    ]);
  });
});
