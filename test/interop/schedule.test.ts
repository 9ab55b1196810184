import { beforeAll, expect, test, vi } from "vitest";
import { Client, defineJob, remoteJob, type JsonValue } from "tsq";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

describeInterop("a job that is scheduled by one is promoted by the other", (shared) => {
  beforeAll(async () => {
    await shared.startRuby({ queues: ["ruby"] });
  });

  test("tsq promotes what Ruby scheduled, and only says when: every other byte stays", async () => {
    await shared.holdRubyPollers();
    await shared.eval(`
      Sidekiq::Client.push("class" => "WaitingJob", "queue" => "waiting", "at" => Time.now.to_f + 3600, "x" => 1.0, "y" => [],
        "args" => [[], {}, 1.0, -0.0, 1e22, 12345678901234567890, "é😀\\u2028", {"enqueued_at" => 1.0}])
    `);
    const [scheduled] = await shared.redis.zrange("schedule", "0", "-1");
    await using _worker = await shared.startTsq({ jobs: [], queues: ["ts"], polls: true });

    await shared.makeDue("schedule");

    const promoted = await eventually(async () => {
      const [text] = await shared.redis.lrange("queue:waiting", 0, -1);
      expect(text).toBeDefined();
      return text as string;
    });
    expect(promoted.replace(/,"enqueued_at":[\d.]+}$/, "}")).toBe(scheduled);
    expect(promoted).toContain('12345678901234567890,"é😀\u2028"');
    expect(await shared.redis.zcard("schedule")).toBe(0);
    expect(await shared.redis.smembers("queues")).toContain("waiting");
  });

  test("what tsq promoted runs in Ruby as if Ruby had promoted it", async () => {
    await shared.holdRubyPollers();
    const jid = await shared.eval(
      "EchoJob.set(queue: 'ruby').perform_in(3600, [], {}, 1.0, 12345678901234567890)",
    );
    await using _worker = await shared.startTsq({ jobs: [], queues: ["ts"], polls: true });

    await shared.makeDue("schedule");

    await eventually(async () =>
      expect(await shared.runs()).toMatchObject([
        {
          jid,
          args_json: "[[],{},1.0,12345678901234567890]",
          classes: ["Array", "Hash", "Float", "Integer"],
        },
      ]),
    );
  });

  test("Ruby promotes what tsq scheduled, for Ruby to run", async () => {
    const echo = remoteJob<[bigint, readonly JsonValue[]]>("EchoJob", {
      queue: "ruby",
      client: shared.newClient(),
    });
    const jid = await echo.performIn(3_600, 2n ** 70n, [[], {}, null, 0.5]);

    await shared.makeDue("schedule");

    await eventually(async () =>
      expect(await shared.runs()).toMatchObject([
        { jid, args_json: "[1180591620717411303424,[[],{},null,0.5]]", classes: ["Integer", "Array"] },
      ]),
    );
  });

  test("Ruby promotes what tsq scheduled, for tsq to run", async () => {
    const ran: unknown[] = [];
    const echo = defineJob(
      "EchoJob",
      { queue: "ts", client: shared.newClient() },
      (_job, ...args: JsonValue[]) => {
        ran.push(args);
      },
    );
    await echo.performIn(3_600, 2n ** 70n, [[], {}, null, 0.5]);
    await using _worker = await shared.startTsq({ jobs: [echo], queues: ["ts"] });

    await shared.makeDue("schedule");

    await eventually(() => expect(ran).toStrictEqual([[2n ** 70n, [[], {}, null, 0.5]]]));
  });

  // Ruby finds the member to move by dumping it anew: one that is spelled otherwise would stay beside its copy.
  test.for([241_069, 241_120, 241_000])("Ruby moves what tsq scheduled in millisecond %i", async (ms) => {
    const client = new Client({ redis: shared.url, wire: shared.ruby.generation === 8 ? 8 : 7 });
    using _clock = vi.spyOn(Date, "now").mockReturnValue(1_795_451_000_000 + ms);
    const args = [2n ** 70n, 0.5, [], {}, 'é😀\u2028\u007f\b\u001f</"', null, { a: [true] }];
    await client.push({ class: "WaitingJob", args, queue: "waiting", at: 4e9, tags: ["a"] });
    await client.close();

    await shared.eval("Sidekiq::ScheduledSet.new.first.reschedule(5e9)");

    expect(await shared.eval("Sidekiq::ScheduledSet.new.map(&:score)")).toEqual([5e9]);
  });

  test("pollers of both languages enqueue each job once", async () => {
    const count = 2_000;
    await shared.eval(
      "Sidekiq::Client.push_bulk('class' => 'WaitingJob', 'queue' => 'waiting', 'at' => 4e9, 'args' => Array.new(args[0]) { |i| [i] })",
      count,
    );
    await using _one = await shared.startTsq({ jobs: [], queues: ["ts"], polls: true });
    await using _other = await shared.startTsq({ jobs: [], queues: ["ts"], polls: true });

    await shared.makeDue("schedule");

    await eventually(async () => expect(await shared.redis.zcard("schedule")).toBe(0));
    await eventually(async () => expect(await shared.redis.llen("queue:waiting")).toBe(count));
    const numbers = await shared.eval<number[]>(
      "Sidekiq::Queue.new('waiting').map { |job| job.args[0] }.sort",
    );
    expect(numbers).toEqual(Array.from({ length: count }, (_, i) => i));
  });
});
