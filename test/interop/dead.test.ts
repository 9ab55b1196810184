import { beforeAll, expect, test } from "vitest";
import { defineJob, type JobContext, type JsonValue } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

const HARD_IN_RUBY = `[2**70, 1.0, [], {}, "é😀\\u2028"]`;
const HARD = [2n ** 70n, 1, [], {}, "é😀\u2028"] as const;

/** What Ruby's API says of the first dead job. */
const FIRST_DEAD = `
  job = Sidekiq::DeadSet.new.first
  job && [job.jid, job.klass, job.queue, job["retry_count"], job["error_class"], job["error_message"], (Time.now - job.at).between?(-1, 60)]
`;

describeInterop("the dead set is one for both", (shared) => {
  beforeAll(async () => {
    await shared.startRuby({ queues: ["ruby"] });
  });

  const dies = defineJob("DieJob", () => {
    throw new TypeError("tsq gives up");
  });
  const dead = (): Promise<string> =>
    eventually(async () => {
      const [member] = await shared.redis.zrange("dead", "0", "-1");
      expect(member).toBeDefined();
      return member as string;
    });

  /** Where Ruby's pages show the first job of a set. */
  const firstOf = (set: string, page: string): Promise<string> =>
    shared.eval(`job = Sidekiq::${set}.new.first; "${page}/#{job.score}-#{job.jid}"`);

  test("Ruby reads what died in tsq, and every other byte is as Ruby pushed it", async () => {
    const jid = await shared.eval(`DieJob.set(queue: "ts").perform_async(*${HARD_IN_RUBY})`);
    const [pushed] = await shared.redis.lrange("queue:ts", 0, -1);
    await using _worker = await shared.startTsq({ jobs: [dies], queues: ["ts"] });

    const text = await dead();

    expect(await shared.eval(FIRST_DEAD)).toEqual([
      jid,
      "DieJob",
      "ts",
      0,
      "TypeError",
      "tsq gives up",
      true,
    ]);
    expect(text.startsWith(pushed?.slice(0, -1) ?? "?")).toBe(true);
    expect(await shared.redis.zcard("retry")).toBe(0);
  });

  test("a job that used up its retries in tsq is dead, with the count that Ruby would have written", async () => {
    await shared.holdRubyPollers();
    const jid = await shared.eval(`DieJob.set(queue: "ts", retry: 1).perform_async(1)`);
    await using _worker = await shared.startTsq({ jobs: [dies], queues: ["ts"], polls: true });
    await eventually(async () => expect(await shared.redis.zcard("retry")).toBe(1));

    await shared.makeDue("retry");

    await dead();
    expect(await shared.eval(FIRST_DEAD)).toEqual([
      jid,
      "DieJob",
      "ts",
      1,
      "TypeError",
      "tsq gives up",
      true,
    ]);
  });

  test("what Ruby retries out of the dead set runs in tsq, wherever it had died", async () => {
    const ran: { args: readonly JsonValue[]; jid: string; count: unknown; error: unknown }[] = [];
    const job = defineJob("DieJob", ({ jid, payload }: JobContext, ...args: JsonValue[]) => {
      ran.push({ args, jid, count: payload.retry_count, error: payload.error_class });
    });
    const jid = await shared.eval(
      `DieJob.set(queue: "ruby", retry_queue: "ts").perform_async(*${HARD_IN_RUBY})`,
    );
    await dead();
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });

    await shared.eval("Sidekiq::DeadSet.new.first.retry");

    // Ruby takes one off the count for a retry by hand.
    await eventually(() =>
      expect(ran).toStrictEqual([{ args: HARD, jid, count: -1, error: "ArgumentError" }]),
    );
    expect(await shared.redis.zcard("dead")).toBe(0);
  });

  test("a job that is retried by hand and fails in tsq once more is dead again", async () => {
    const jid = await shared.eval(`DieJob.set(queue: "ts").perform_async`);
    await using _worker = await shared.startTsq({ jobs: [dies], queues: ["ts"] });
    await dead();

    await shared.eval("Sidekiq::DeadSet.new.retry_all");

    await eventually(async () => expect(await dead()).toContain("retried_at"));
    expect(await shared.eval(FIRST_DEAD)).toEqual([
      jid,
      "DieJob",
      "ts",
      0,
      "TypeError",
      "tsq gives up",
      true,
    ]);
  });

  test("a retry of tsq that is killed on Ruby's page is dead, and runs in tsq when it is retried there", async () => {
    let runs = 0;
    const job = defineJob("FlakyJob", () => {
      runs++;
      if (runs === 1) throw new Error("once");
    });
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });
    await shared.eval(`Sidekiq::Client.push("class" => "FlakyJob", "args" => [], "queue" => "ts")`);
    await eventually(async () => expect(await shared.redis.zcard("retry")).toBe(1));

    await shared.page(await firstOf("RetrySet", "/retries"), { kill: "Kill" });
    expect(await shared.eval("[Sidekiq::RetrySet.new.size, Sidekiq::DeadSet.new.size]")).toEqual([0, 1]);
    await shared.page(await firstOf("DeadSet", "/morgue"), { retry: "Retry" });

    await eventually(() => expect(runs).toBe(2));
    expect(await shared.eval("[Sidekiq::RetrySet.new.size, Sidekiq::DeadSet.new.size]")).toEqual([0, 0]);
  });

  test("what Ruby retries at once out of the retry set runs in tsq, what it deletes there does not", async () => {
    const ran: JsonValue[] = [];
    const job = defineJob("FlakyJob", ({ attempt }, name: string) => {
      if (attempt === 1 && !ran.includes(name)) {
        ran.push(name);
        throw new Error("once");
      }
      ran.push(`${name} again`);
    });
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });
    await shared.eval(
      `Sidekiq::Client.push_bulk("class" => "FlakyJob", "args" => [["retried"], ["deleted"]], "queue" => "ts")`,
    );
    await eventually(async () => expect(await shared.redis.zcard("retry")).toBe(2));

    await shared.eval("Sidekiq::RetrySet.new.select { |job| job.args == ['deleted'] }.each(&:delete)");
    await shared.eval("Sidekiq::RetrySet.new.first.retry");

    await eventually(() => expect(new Set(ran)).toEqual(new Set(["deleted", "retried", "retried again"])));
    expect(ran).toHaveLength(3);
    expect(await shared.redis.zcard("retry")).toBe(0);
  });
});
