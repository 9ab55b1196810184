import { beforeAll, expect, test, vi } from "vitest";
import { defineJob, type JobContext, type JsonValue, type Payload } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

const HARD_IN_RUBY = `[2**70, 1.0, 1e22, [], {}, "é😀\\u2028", [[nil, {"queue" => "x"}]]]`;
const HARD = [2n ** 70n, 1, 1e22, [], {}, "é😀\u2028", [[null, { queue: "x" }]]] as const;

/** What middlewares and Sidekiq's paid parts leave in a payload, for the next run to find. */
const EXTRAS_IN_RUBY = `{"cattr" => {"user" => 2**60+1, "list" => []}, "traceparent" => "00-0af7-b7-01", "bid" => "b-1", "x" => 1.0}`;

/** Pushes for one queue; what fails there is retried on another. */
const PUSH = `Sidekiq::Client.push({
  "class" => args[0], "args" => ${HARD_IN_RUBY}, "queue" => args[1], "retry_queue" => args[2], "retry" => 5, "backtrace" => true,
}.merge(${EXTRAS_IN_RUBY}))`;

/** What Ruby's API says of the first retry. */
const FIRST_RETRY = `
  job = Sidekiq::RetrySet.new.first
  [job.jid, job.queue, job["retry_count"], job["error_class"], job["error_message"], job.error_backtrace]
`;

const PROMOTERS = ["Ruby", "tsq"] as const;

describeInterop("a job that fails in one language is finished in the other", (shared) => {
  beforeAll(async () => {
    await shared.startRuby({ queues: ["ruby"] });
  });

  const retried = (): Promise<string> =>
    eventually(async () => {
      const [member] = await shared.redis.zrange("retry", "0", "-1");
      expect(member).toBeDefined();
      return member as string;
    });

  test.for(PROMOTERS)("failed in Ruby, promoted by %s, finished by tsq", async (promoter) => {
    if (promoter === "tsq") await shared.holdRubyPollers();
    const ran: { args: readonly JsonValue[]; attempt: number; payload: Payload }[] = [];
    const job = defineJob("BacktraceJob", ({ attempt, payload }: JobContext, ...args: JsonValue[]) => {
      ran.push({ args, attempt, payload });
    });
    const jid = await shared.eval(PUSH, "BacktraceJob", "ruby", "ts");
    await retried();
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"], polls: promoter === "tsq" });

    await shared.makeDue("retry");

    await eventually(() => expect(ran).toHaveLength(1));
    expect(ran[0]).toMatchObject({ args: HARD, attempt: 2, payload: { jid, retry_count: 0, queue: "ts" } });
    expect(ran[0]?.payload).toMatchObject({ error_class: "ArgumentError", error_message: "ruby says where" });
    expect(ran[0]?.payload["cattr"]).toStrictEqual({ user: 2n ** 60n + 1n, list: [] });
    expect(await shared.redis.zcard("retry")).toBe(0);
  });

  test.for(PROMOTERS)("failed in tsq, promoted by %s, finished by Ruby", async (promoter) => {
    if (promoter === "tsq") await shared.holdRubyPollers();
    const job = defineJob("EchoJob", () => {
      throw new TypeError("tsq says where");
    });
    const jid = await shared.eval(PUSH, "EchoJob", "ts", "ruby");
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"], polls: promoter === "tsq" });
    await retried();

    await shared.makeDue("retry");

    const [run] = await eventually(async () => {
      const runs = await shared.runs();
      expect(runs).toHaveLength(1);
      return runs;
    });
    expect(run).toMatchObject({ jid, retry_count: 0 });
    expect(run?.classes).toEqual(["Integer", "Float", "Float", "Array", "Hash", "String", "Array"]);
    expect(await shared.eval(`JSON.parse(args[0]) == ${HARD_IN_RUBY}`, run?.args_json)).toBe(true);
    expect(await shared.redis.zcard("retry")).toBe(0);
  });

  test("tsq adds what it knows of the failure, and every other byte stays as Ruby wrote it", async () => {
    const job = defineJob("EchoJob", () => {
      throw new TypeError("tsq says: é😀");
    });
    await shared.eval(PUSH, "EchoJob", "ts", "ruby");
    const [pushed] = await shared.redis.lrange("queue:ts", 0, -1);
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });

    const text = await retried();

    const kept = pushed?.slice(0, -1).replace('"queue":"ts"', '"queue":"ruby"') ?? "";
    expect(text.slice(0, kept.length)).toBe(kept);
    expect(text.slice(kept.length)).toMatch(
      /^,"error_message":"tsq says: é😀","error_class":"TypeError","failed_at":[\d.]+,"retry_count":0,"error_backtrace":"[\w+/=]+"}$/,
    );
  });

  test("Ruby reads tsq's retry, with its backtrace", async () => {
    const job = defineJob("EchoJob", () => {
      throw new TypeError("tsq says: é😀");
    });
    const jid = await shared.eval(PUSH, "EchoJob", "ts", "ruby");
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });
    await retried();

    const read = await shared.eval(FIRST_RETRY);

    expect(read).toEqual([jid, "ruby", 0, "TypeError", "tsq says: é😀", expect.any(Array)]);
    expect((read as unknown[])[5]).toEqual(
      expect.arrayContaining([expect.stringMatching(/retries\.test\.ts:\d+:\d+/)]),
    );
  });

  // Ruby finds the member to move by dumping it anew: one that is spelled otherwise would stay beside its copy.
  test("Ruby moves tsq's retry to another time", async () => {
    const job = defineJob("EchoJob", () => {
      throw new TypeError('tsq says: é😀\u2028\u007f\b\u001f</"');
    });
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });
    using _clock = vi.spyOn(Date, "now").mockReturnValue(1_795_451_241_120);
    await shared.eval("EchoJob.set(queue: 'ts', backtrace: true).perform_async([], 2**70, 1.0, 'é😀')");
    await retried();

    await shared.eval("Sidekiq::RetrySet.new.first.reschedule(5e9)");

    expect(await shared.eval("Sidekiq::RetrySet.new.map(&:score)")).toEqual([5e9]);
  });

  test("within the time that `retry_for` gives it since it failed in Ruby, it is retried when it fails in tsq", async () => {
    await shared.holdRubyPollers();
    const job = defineJob("BacktraceJob", () => {
      throw new Error("tsq too");
    });
    await shared.eval("BacktraceJob.set(queue: 'ruby', retry_queue: 'ts', retry_for: 3600).perform_async");
    await retried();
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"], polls: true });

    await shared.makeDue("retry");

    await eventually(async () => expect(await retried()).toContain("tsq too"));
    expect(await shared.redis.zcard("dead")).toBe(0);
  });

  test("failed in Ruby, then in tsq: the first failure's time stays, the rest is the last one's", async () => {
    await shared.holdRubyPollers();
    let failures = 0;
    const job = defineJob("BacktraceJob", ({ attempt }) => {
      if (attempt > 2) return;
      failures++;
      throw new RangeError("tsq too");
    });
    const jid = await shared.eval(PUSH, "BacktraceJob", "ruby", "ts");
    const before = await retried();
    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"], polls: true });

    await shared.makeDue("retry");

    const after = await eventually(async () => {
      const text = await retried();
      expect(text).toContain("retried_at");
      return text;
    });
    expect(await shared.eval(FIRST_RETRY)).toEqual([
      jid,
      "ts",
      1,
      "RangeError",
      "tsq too",
      expect.any(Array),
    ]);
    expect(withoutLastFailure(after)).toBe(withoutLastFailure(before));
    await shared.makeDue("retry");
    await eventually(async () => expect(await shared.redis.zcard("retry")).toBe(0));
    expect(failures).toBe(1);
  });

  test("whatever a job throws, Ruby lists it", async () => {
    const thrown: readonly unknown[] = [
      null,
      "a <b>string</b>",
      { code: 7 },
      new Error("half \ud83d of a pair"),
      Object.assign(new Error("named"), { name: "Not A Class<br>" }),
      new Error("long ".repeat(4_000)),
    ];
    const job = defineJob("ThrowJob", { backtrace: 2 }, (_job, i: number) => {
      throw thrown[i];
    });
    await shared.eval(
      "Sidekiq::Client.push_bulk('class' => 'ThrowJob', 'args' => Array.new(args[0]) { |i| [i] }, 'queue' => 'ts', 'backtrace' => 2)",
      thrown.length,
    );

    await using _worker = await shared.startTsq({ jobs: [job], queues: ["ts"] });

    await eventually(async () => expect(await shared.redis.zcard("retry")).toBe(thrown.length));
    const read = `Sidekiq::RetrySet.new.sort_by { |job| job.args[0] }.map { |job| [job["error_class"], job["error_message"], job.error_backtrace&.size] }`;
    expect(await shared.eval(read)).toEqual([
      ["Null", "null", 0],
      ["String", "a <b>string</b>", 0],
      ["Object", '{"code":7}', 0],
      ["Error", "half \ufffd of a pair", 2],
      ["NotAClassbr", "named", 2],
      ["Error", "long ".repeat(2_000), 2],
    ]);
    expect(await shared.page("/retries")).toMatchObject({
      status: 200,
      body: expect.stringContaining("ThrowJob"),
    });
  });
});

/** A retry's text without what its last failure and its last push say. */
const withoutLastFailure = (text: string): string =>
  text
    .replace(/,"retried_at":[\d.]+/, "")
    .replaceAll(
      /"(error_message|error_class|error_backtrace|retry_count|enqueued_at)":("[^"]*"|[\d.]+)/g,
      '"$1"',
    );
