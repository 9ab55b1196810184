import { beforeAll, describe, expect, test } from "vitest";
import { defineJob, remoteJob, type JsonValue } from "tsq";
import { parseJson } from "@tsq/core/protocol";
import { blocksOf } from "../support/code-blocks.ts";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

/** What JSON libraries break: big integers, floats without a fraction, empty containers, odd characters. */
const HARD_IN_RUBY = `[2**60+1, 1.0, 1e22, [], {}, "é😀\\u2028", [[nil, {"b" => [-1.5, -(2**70)]}]], nil]`;
const HARD = [
  2n ** 60n + 1n,
  1,
  1e22,
  [],
  {},
  "é😀\u2028",
  [[null, { b: [-1.5, -(2n ** 70n)] }]],
  null,
] as const;

describeInterop("a job goes from one language to the other", (shared) => {
  describe("pushed by Ruby, run by tsq", () => {
    const ran: { args: readonly JsonValue[]; class: string; jid: string }[] = [];
    const note = (job: { class: string; jid: string }, ...args: JsonValue[]): void => {
      ran.push({ args, class: job.class, jid: job.jid });
    };
    const jobs = [defineJob("EchoJob", note), defineJob("Billing::ChargeJob", note)];

    test("with exactly its arguments", async () => {
      ran.length = 0;
      await using _worker = await shared.startTsq({ jobs });

      const jid = await shared.eval(`EchoJob.perform_async(*${HARD_IN_RUBY})`);

      await eventually(() => expect(ran).toStrictEqual([{ args: HARD, class: "EchoJob", jid }]));
    });

    test("with the options of the class in Ruby that README gives it", async () => {
      const stub = blocksOf("README.md").find(({ language }) => language === "ruby")?.code ?? "";

      await shared.eval(stub);

      const [payload = ""] = await shared.redis.lrange("queue:mailers", 0, -1);
      expect(parseJson(payload)).toMatchObject({
        class: "SendWelcomeJob",
        args: [42, "hello"],
        queue: "mailers",
        retry: 5,
        tags: ["mail"],
      });
    });

    test("when it is due", async () => {
      ran.length = 0;
      await using _worker = await shared.startTsq({ jobs, polls: true });
      const jid = await shared.eval(`EchoJob.perform_in(3600, *${HARD_IN_RUBY})`);

      await shared.makeDue("schedule");

      await eventually(() => expect(ran).toStrictEqual([{ args: HARD, class: "EchoJob", jid }]));
    });

    test("in bulk, each with its own arguments, in the order pushed", async () => {
      ran.length = 0;
      const jids = await shared.eval<string[]>(
        "Sidekiq::Client.push_bulk('class' => 'EchoJob', 'args' => Array.new(1_200) { |i| [i, [i.to_f]] })",
      );

      await using _worker = await shared.startTsq({ jobs, concurrency: 1 });

      await eventually(() => expect(ran).toHaveLength(1_200));
      expect(ran).toStrictEqual(jids.map((jid, i) => ({ args: [i, [i]], class: "EchoJob", jid })));
    });

    test("by the name of a class in a module", async () => {
      ran.length = 0;
      await using _worker = await shared.startTsq({ jobs });

      const jid = await shared.eval("Billing::ChargeJob.perform_async(7)");

      await eventually(() => expect(ran).toStrictEqual([{ args: [7], class: "Billing::ChargeJob", jid }]));
    });

    test("without any arguments", async () => {
      ran.length = 0;
      await using _worker = await shared.startTsq({ jobs });

      await shared.eval("EchoJob.perform_async; EchoJob.perform_async(nil)");

      await eventually(() => expect(ran.map(({ args }) => args)).toStrictEqual([[], [null]]));
    });
  });

  describe("pushed by tsq, run by Ruby", () => {
    beforeAll(async () => {
      await shared.startRuby({ concurrency: 1 });
    });

    test("with exactly its arguments, each of its own class", async () => {
      const echo = remoteJob<readonly unknown[]>("EchoJob", { client: shared.newClient() });

      const jid = await echo.performAsync(...HARD);

      const [run] = await eventually(async () => {
        const runs = await shared.runs();
        expect(runs).toHaveLength(1);
        return runs;
      });
      expect(run).toMatchObject({ jid, retry_count: null });
      expect(parseJson(run?.args_json ?? "")).toStrictEqual(HARD);
      // JavaScript has one kind of number: a float without a fraction is an integer in Ruby.
      expect(run?.classes).toEqual([
        "Integer",
        "Integer",
        "Float",
        "Array",
        "Hash",
        "String",
        "Array",
        "NilClass",
      ]);
    });

    test("when it is due, in a number of seconds or at a time", async () => {
      const echo = remoteJob<[string]>("EchoJob", { client: shared.newClient() });
      await echo.performIn(3_600, "in");
      await echo.performAt(new Date(Date.now() + 7_200_000), "at");
      expect(
        await shared.eval("Sidekiq::ScheduledSet.new.map { |job| (job.at - Time.now).round(-2) }"),
      ).toEqual([7_200, 3_600]);

      await shared.makeDue("schedule");

      await eventually(async () =>
        expect(new Set((await shared.runs()).map(({ args }) => args[0]))).toEqual(new Set(["at", "in"])),
      );
    });

    test("at once when its time is past", async () => {
      const echo = remoteJob<[string]>("EchoJob", { client: shared.newClient() });

      const jid = await echo.performAt(new Date("2020-01-01"), "past");

      await eventually(async () => expect(await shared.runs()).toMatchObject([{ jid, args: ["past"] }]));
    });

    test("in bulk, each with its own arguments, in the order pushed", async () => {
      const echo = remoteJob<[number, readonly number[]]>("EchoJob", { client: shared.newClient() });

      const jids = await echo.performBulk(Array.from({ length: 1_200 }, (_, i) => [i, [i / 2]]));

      await eventually(async () => expect(await shared.runs()).toHaveLength(1_200));
      expect((await shared.runs()).map(({ jid, args }) => ({ jid, args }))).toEqual(
        jids.map((jid, i) => ({ jid, args: [i, [i / 2]] })),
      );
    });

    test("by the name of a class in a module, with the options of the push", async () => {
      const charge = remoteJob<[number]>("Billing::ChargeJob", { client: shared.newClient() });

      const jid = await charge.set({ retry: 3, tags: ["eu"] }).performAsync(7);

      await eventually(async () => expect(await shared.runs()).toMatchObject([{ jid, args: [7] }]));
    });
  });
});
