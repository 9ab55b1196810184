import { beforeAll, describe, expect, test } from "vitest";
import { Client, defineJob, remoteJob, type Payload } from "tsq";
import { readTime } from "@tsq/core/protocol";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

const MILLISECONDS = /^\d{13}$/;
/** 8 takes a number without a fraction for milliseconds: for everybody else it must have one. */
const SECONDS = /^\d{10}\.\d{1,3}$/;
const TIMES = ["created_at", "enqueued_at", "failed_at", "retried_at"] as const;

const failing = defineJob("FailJob", { queue: "ts", retry: 5 }, () => {
  throw new Error("no");
});

/** The tokens of a payload's times, which JSON.parse does not tell apart. */
const tokensOf = (text: string | undefined): Record<string, string> =>
  Object.fromEntries(
    TIMES.flatMap((name) => {
      const token = new RegExp(`"${name}":([^,}]+)`).exec(text ?? "")?.[1];
      return token === undefined ? [] : [[name, token]];
    }),
  );

describeInterop("each side reads when the other's jobs were made", (shared) => {
  const own = shared.ruby.generation === 8 ? MILLISECONDS : SECONDS;

  test("with no Ruby there tsq writes integer milliseconds", async () => {
    await remoteJob("WaitingJob", { queue: "waiting", client: shared.newClient() }).performAsync();

    const [text] = await shared.redis.lrange("queue:waiting", 0, -1);

    expect(tokensOf(text)).toEqual({
      created_at: expect.stringMatching(MILLISECONDS),
      enqueued_at: expect.stringMatching(MILLISECONDS),
    });
  });

  test("a client that is told so writes as this generation does, with no Ruby there", async () => {
    const client = new Client({ redis: shared.url, wire: shared.ruby.generation === 8 ? 8 : 7 });
    await client.push({ class: "WaitingJob", args: [], queue: "waiting" });
    await client.close();

    expect(await shared.eval(READ_QUEUE)).toEqual([true, true, true]);
  });

  test("tsq reads when Ruby pushed", async () => {
    const payloads: Payload[] = [];
    const echo = defineJob("EchoJob", (job) => void payloads.push(job.payload));
    await using _worker = await shared.startTsq({ jobs: [echo] });

    await shared.eval("EchoJob.perform_async");

    const [payload] = await eventually(() => {
      expect(payloads).toHaveLength(1);
      return payloads;
    });
    expect(isRecent(readTime(payload?.created_at))).toBe(true);
    expect(isRecent(readTime(payload?.enqueued_at))).toBe(true);
  });

  describe("with a Ruby worker there", () => {
    beforeAll(async () => {
      await shared.startRuby({ queues: ["ruby"] });
    });

    test.for(["performAsync", "performBulk"] as const)("Ruby reads when tsq pushed by %s", async (verb) => {
      const job = remoteJob<[number]>("WaitingJob", { queue: "waiting", client: shared.newClient() });

      await (verb === "performAsync" ? job.performAsync(1) : job.performBulk([[1]]));

      const [text] = await shared.redis.lrange("queue:waiting", 0, -1);
      expect(tokensOf(text)).toEqual({
        created_at: expect.stringMatching(own),
        enqueued_at: expect.stringMatching(own),
      });
      expect(await shared.eval(READ_QUEUE)).toEqual([true, true, true]);
    });

    test("Ruby reads when tsq scheduled, and when tsq promoted", async () => {
      const job = remoteJob<[number]>("WaitingJob", { queue: "waiting", client: shared.newClient() });
      await job.performIn(3_600, 1);
      const [scheduled] = await shared.redis.zrange("schedule", "0", "-1");
      expect(tokensOf(scheduled)).toEqual({ created_at: expect.stringMatching(own) });
      await shared.holdRubyPollers();
      await using _worker = await shared.startTsq({ jobs: [], queues: ["ts"], polls: true });

      await shared.makeDue("schedule");

      await eventually(async () => expect(await shared.redis.llen("queue:waiting")).toBe(1));
      const [promoted] = await shared.redis.lrange("queue:waiting", 0, -1);
      expect(tokensOf(promoted)).toMatchObject({ enqueued_at: expect.stringMatching(own) });
      expect(await shared.eval(READ_QUEUE)).toEqual([true, true, true]);
    });

    test("Ruby reads when a job failed in tsq, the first time and again", async () => {
      await shared.holdRubyPollers();
      await using _worker = await shared.startTsq({ jobs: [failing], queues: ["ts"], polls: true });
      await shared.eval("Sidekiq::Client.push('class' => 'FailJob', 'args' => [], 'queue' => 'ts')");
      await eventually(async () => expect(await shared.redis.zcard("retry")).toBe(1));
      const first = tokensOf((await shared.redis.zrange("retry", "0", "-1"))[0]);

      await shared.makeDue("retry");

      const second = await eventually(async () => {
        const tokens = tokensOf((await shared.redis.zrange("retry", "0", "-1"))[0]);
        expect(tokens).toHaveProperty("retried_at");
        return tokens;
      });
      expect(first["failed_at"]).toMatch(own);
      expect(first).not.toHaveProperty("retried_at");
      expect(second["retried_at"]).toMatch(own);
      expect(second["failed_at"]).toBe(first["failed_at"]);
      expect(second["created_at"]).toBe(first["created_at"]);
      expect(await shared.eval(READ_RETRY)).toEqual([true, true, true]);
    });
  });
});

const isRecent = (ms: number | undefined): boolean => ms !== undefined && Math.abs(Date.now() - ms) < 60_000;

/** Whether Ruby finds a queue's age, and its first job's creation and last push, within the last minute. */
const READ_QUEUE = `
  recent = ->(time) { (Time.now.to_f - time.to_f).between?(-1, 60) }
  queue = Sidekiq::Queue.new("waiting")
  [queue.latency.between?(-1, 60), recent.(queue.first.created_at), recent.(queue.first.enqueued_at)]
`;

/** The same of the first retry's times, read as this generation reads them, and of when it is due. */
const READ_RETRY = `
  job = Sidekiq::RetrySet.new.first
  seconds = ->(value) { Sidekiq::VERSION.to_i >= 8 && value.is_a?(Integer) ? value / 1000.0 : value }
  past = ->(value) { (Time.now.to_f - seconds.(value)).between?(-1, 60) }
  [past.(job["failed_at"]), past.(job["retried_at"]), (job.at - Time.now).between?(0, 120)]
`;
