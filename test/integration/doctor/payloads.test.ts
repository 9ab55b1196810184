/** What `tsq doctor` says of payloads and of arguments: the checks payloads and records-in-arguments. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { beats, diagnose, examined, told } from "../../support/doctor.ts";
import { reportLines } from "../../support/inside-tsq.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(() => redis.flushall());

const push = async (...payloads: readonly string[]): Promise<void> => {
  await redis.sadd("queues", "default");
  await redis.lpush("queue:default", ...payloads);
};
const withArgs = (args: string): string =>
  `{"class":"AJob","args":${args},"created_at":1795451241000,"enqueued_at":1795451241000}`;
const ORDINARY = withArgs('[1,"a",{"id":7}]');

describe("payloads", () => {
  const find = (): Promise<readonly string[]> => told("payloads", { url: server.url });

  test("keeps still of ordinary jobs of each generation", async () => {
    await push(
      ORDINARY,
      '{"class":"AJob","args":[],"encrypt":false,"unique_for":false,"expires_in":null,"enqueued_at":1795451241000}',
      '{"class":"AJob","args":[9007199254740991],"created_at":1795451241.0697975,"enqueued_at":1795451241.0}',
      '{"class":"Sidekiq::ActiveJob::Wrapper","wrapped":"BJob","args":[{"job_class":"BJob","arguments":[{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"a"}]}],"enqueued_at":1795451241000}',
    );

    expect(await find()).toEqual([]);
  });

  test.for<[string, string]>([
    ["[1]", "error queue default 1 entry is no JSON object."],
    ["no json", "warning queue default 1 entry is no JSON."],
    ['{"args":[]}', "error queue default 1 entry is a payload without a class."],
    [
      '{"class":"AJob","args":[],"enqueued_at":"2026-01-01"}',
      "error queue default Times that are texts, in 1 job of `AJob`.",
    ],
    [
      '{"class":"AJob","args":[],"enqueued_at":1795451241}',
      "warning queue default Times in whole seconds, in 1 job of `AJob`.",
    ],
    [
      '{"class":"AJob","args":[],"created_at":1795451241.5,"enqueued_at":1795451241000}',
      "note queue default Times of two generations, seconds and milliseconds, in 1 job of `AJob`.",
    ],
    [
      '{"class":"AJob","args":["x"],"encrypt":true}',
      "note queue default An encrypted argument (`encrypt`) in 1 job of `AJob`.",
    ],
    ['{"class":"AJob","args":[],"bid":"b"}', "note queue default A batch (`bid`) in 1 job of `AJob`."],
    [
      '{"class":"AJob","args":[],"unique_for":60}',
      "note queue default A lock (`unique_for`) in 1 job of `AJob`.",
    ],
    [
      '{"class":"AJob","args":[],"expires_in":60}',
      "note queue default A time after which it is of no use (`expires_in`) in 1 job of `AJob`.",
    ],
    [
      '{"class":"AJob","args":[],"overrated":2}',
      "note queue default A rate limit that was reached (`overrated`) in 1 job of `AJob`.",
    ],
    [
      withArgs("[12345678901234567890]"),
      "note queue default Integers beyond 2^53 among the arguments of 1 job of `AJob`.",
    ],
  ])("finds %j", async ([payload, line]) => {
    await push(payload, ORDINARY);

    expect(await find()).toEqual([line]);
  });

  test("tells of all that is no job in a list at once", async () => {
    await push("[1]", "no json", "null", '{"args":[]}');
    await redis.zadd("dead", 1, "no json", 2, "[]");

    expect(await find()).toEqual([
      "error queue default 4 entries are no jobs: 2 no JSON object, 1 no JSON, 1 a payload without a class.",
      "note set dead 2 entries are no jobs: 1 no JSON object, 1 no JSON.",
    ]);
  });

  test("what only Ruby can read is a warning where TypeScript takes it", async () => {
    await beats(redis, { version: "tsq 0.1.0" });
    await push(
      '{"class":"AJob","args":[],"bid":"b"}',
      '{"class":"AJob","args":[],"bid":"b"}',
      withArgs('[{"_aj_serialized":"MoneySerializer","value":1}]'),
      withArgs('[{"_aj_serialized":"ActiveJob::Serializers::DateSerializer","value":"2030-01-02"}]'),
    );

    expect(await find()).toEqual([
      "warning queue default A batch (`bid`) in 2 jobs of `AJob` on queues that TypeScript serves.",
      "warning queue default Arguments that `MoneySerializer` wrote, in 1 job of `AJob` on queues that TypeScript serves.",
    ]);
  });

  test("garbage is lost in the scheduled set, and is a note in the dead set", async () => {
    await redis.zadd("schedule", 4e9, "no json");
    await redis.zadd("dead", Date.now() / 1_000, "no json either");

    expect(await find()).toEqual([
      "error set schedule 1 entry is no JSON.",
      "note set dead 1 entry is no JSON.",
    ]);
  });
});

describe("records-in-arguments", () => {
  const find = (files = {}): Promise<readonly string[]> =>
    told("records-in-arguments", { url: server.url, files });

  test("keeps still of ids, short texts and small objects", async () => {
    await push(ORDINARY, withArgs('["#1 < 2", "---", {"id":1,"created_at":2},{"id":1,"createdAt":2}]'));

    expect(
      await find({
        "a.rb": "class AJob\n include Sidekiq::Job\n def perform; end\nend\nAJob.perform_async(self.id)\n",
      }),
    ).toEqual([]);
  });

  test.for<[string, RegExp]>([
    ['["#<User:0x00007f3a>"]', /object that was made a text .* among the arguments of 1 job of `AJob`/],
    [
      '[{"a":["--- !ruby/object:User\\nid: 1"]}]',
      /object that was made a text .* among the arguments of 1 job of `AJob`/,
    ],
    ['["[object Object]"]', /object that was made a text .* among the arguments of 1 job of `AJob`/],
    [
      '[{"id":1,"name":"Ada","created_at":"x","updated_at":"y"}]',
      /What looks like a whole row .* among the arguments of 1 job of `AJob`/,
    ],
    [
      '[{"id":1,"createdAt":"x","updatedAt":"y"}]',
      /What looks like a whole row .* among the arguments of 1 job of `AJob`/,
    ],
    [`["${"x".repeat(20_000)}"]`, /Arguments above 10 kB in 1 job of `AJob`; the largest have 20 kB/],
  ])("finds %#", async ([args, saw]) => {
    await push(withArgs(args), ORDINARY);

    expect(await find()).toEqual([expect.stringMatching(saw)]);
    expect((await find())[0]).toMatch(/^warning queue default /);
  });

  test("says where the class is, and never what the argument says", async () => {
    await push(withArgs('["#<User:secret>"]'));
    const files = { "a.rb": "class AJob\n  include Sidekiq::Job\n  def perform(a); end\nend\n" };

    const found = await diagnose("records-in-arguments", { url: server.url, files });

    expect(found).toMatchObject([{ where: { file: "a.rb", line: 1 } }]);
    expect(JSON.stringify(found)).not.toContain("secret");
  });

  describe("GlobalIDs of an app", () => {
    const JOBS = `import { configure, defineActiveJob } from "tsq";\nexport const a = defineActiveJob("AJob", {}, async () => {});\n`;
    beforeEach(async () => {
      await beats(redis, { version: "tsq 0.1.0" });
      await push(withArgs('[{"_aj_globalid":"gid://crm/User/1"}]'));
    });

    test("that nothing resolves are found", async () => {
      expect(await find({ "jobs.ts": JOBS })).toEqual([
        expect.stringMatching(/^warning jobs.ts:2 Records of `crm` \(GlobalID\) in 1 job of `AJob`/),
      ]);
    });

    test.for(["configure({ globalId: { crm: find } });", "configure({ globalId: apps });"])(
      "keep still with %s",
      async (line) => {
        expect(await find({ "jobs.ts": JOBS + line })).toEqual([]);
      },
    );
  });

  test("`self` as an argument of a plain job", async () => {
    const files = {
      "app/workers/sync_worker.rb":
        "class SyncWorker\n  include Sidekiq::Worker\n  def perform(id); end\nend\n",
      "app/models/user.rb":
        "class User\n  def sync\n    SyncWorker.perform_async(self, 1)\n    # SyncWorker.perform_async(self)\n    SyncWorker.perform_async(self.id)\n    SyncJob.perform_later(self)\n  end\nend\n",
    };

    expect(await find(files)).toEqual([
      expect.stringMatching(/^warning app\/models\/user.rb:3 `self` is an argument of `SyncWorker`/),
    ]);
  });
});

describe("however much there is", () => {
  test("of large jobs some are read, and of small ones so many that all can be said", async () => {
    await push(...Array.from({ length: 90 }, () => withArgs(`["${"x".repeat(200_000)}"]`)));
    await redis.sadd("queues", "small");
    await redis.lpush("queue:small", ...Array.from({ length: 300 }, () => ORDINARY));
    const large = await diagnose("records-in-arguments", { url: server.url });

    const { jobs } = await examined("payloads", { url: server.url });

    // Ten of them are 2 MB.
    expect(large[0]?.saw).toMatch(/^Arguments above 10 kB in 10 jobs of `AJob`/);
    expect(jobs).toEqual({ looked: 110, total: 390, queuesLeftOut: 0 });
  });

  test("a job that is larger than all that is read is read by itself", async () => {
    await push(ORDINARY, withArgs(`["${"x".repeat(3_000_000)}"]`));

    expect((await examined("payloads", { url: server.url })).jobs?.looked).toBe(1);
  });

  test("jobs at both ends of a set are read, each once", async () => {
    for (let i = 0; i < 450; i++) await redis.zadd("schedule", i, `{"class":"AJob","jid":"${i}","args":[]}`);

    expect((await examined("payloads", { url: server.url })).jobs?.looked).toBe(400);
  });

  test("queues that are too many are left out, and counted", async () => {
    for (let i = 0; i < 53; i++) {
      await redis.sadd("queues", `q${i}`);
      await redis.lpush(`queue:q${i}`, ORDINARY, ...(i < 50 ? [ORDINARY] : []));
    }

    const examination = await examined("payloads", { url: server.url });

    expect(examination.jobs).toEqual({ looked: 100, total: 103, queuesLeftOut: 3 });
    expect(reportLines(examination).join(" ")).toContain("100 of 103 jobs, none of the 3 shortest queues");
  });
});
