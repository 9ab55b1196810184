/** A cancel is the same for Ruby and tsq: each ends what the other has cancelled, where it can. */
import { defineJob, type JobContext } from "tsq";
import { expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { describeInterop } from "../support/shared-redis.ts";

/** An iterable job that counts its items; each takes a tenth of a second, until a test says that it may end. */
const ITERABLE = `
  if defined?(Sidekiq::Job::Iterable)
    class IteratingJob
      include Sidekiq::Job
      include Sidekiq::Job::Iterable
      def build_enumerator(*, cursor:) = array_enumerator((1..10_000).to_a, cursor: cursor)
      def each_iteration(number)
        Sidekiq.redis { |redis| redis.incr("interop:items") }
        sleep 0.1
      end
      def on_cancel = Sidekiq.redis { |redis| redis.incr("interop:cancelled") }
      def on_complete = Sidekiq.redis { |redis| redis.incr("interop:complete") }
    end
  end
`;

describeInterop(
  "a job that is cancelled",
  (shared) => {
    const knowsCancel = shared.ruby.generation >= 8;
    const waiting = (started: JobContext[]) =>
      defineJob("WaitingJob", (job) => {
        started.push(job);
        return new Promise((_resolve, reject) =>
          job.signal.addEventListener("abort", () => reject(job.signal.reason as Error)),
        );
      });

    test.runIf(knowsCancel)(
      "by Ruby's cancel! while tsq runs it is aborted, and leaves nothing",
      async () => {
        const started: JobContext[] = [];
        const jid = await shared.newClient().push({ class: "WaitingJob", queue: "waits", args: [] });
        await using _worker = await shared.startTsq({ jobs: [waiting(started)], queues: ["waits"] });
        await eventually(() => expect(started).toHaveLength(1));

        await shared.eval("Sidekiq::Client.new.cancel!(args[0])", jid);

        await eventually(() => expect(started[0]?.signal.reason).toMatchObject({ code: "TSQ_CANCELLED" }));
        await eventually(async () => expect(await shared.redis.exists(`it-${jid}`)).toBe(0));
        expect(await shared.eval("Sidekiq::RetrySet.new.size")).toBe(0);
      },
    );

    test.runIf(knowsCancel)(
      "by tsq while Ruby iterates ends there with its hooks, and leaves nothing",
      async () => {
        const client = shared.newClient();
        await using _ruby = await shared.startRuby({ queues: ["iterates"], ruby: ITERABLE });
        const jid = await client.push({ class: "IteratingJob", queue: "iterates", args: [] });
        await eventually(async () =>
          expect(Number(await shared.redis.get("interop:items"))).toBeGreaterThan(0),
        );

        await client.cancel(String(jid));

        await eventually(async () => expect(await shared.redis.get("interop:complete")).toBe("1"));
        expect(await shared.redis.get("interop:cancelled")).toBe("1");
        expect(await shared.redis.exists(`it-${jid}`)).toBe(0);
        expect(await shared.eval("Sidekiq::RetrySet.new.size")).toBe(0);
      },
    );

    test.runIf(knowsCancel)(
      "by tsq before Ruby iterates ends before its first item, and not in the retry set",
      async () => {
        const client = shared.newClient();
        const jid = await client.push({ class: "IteratingJob", queue: "iterates", args: [] });
        await client.cancel(String(jid));

        await using _ruby = await shared.startRuby({ queues: ["iterates"], ruby: ITERABLE });

        await eventually(async () => expect(await shared.redis.get("interop:complete")).toBe("1"));
        expect(await shared.redis.get("interop:items")).toBeNull();
        expect(await shared.eval("Sidekiq::RetrySet.new.size")).toBe(0);
      },
    );

    // 7.3.0 to 7.3.2 iterate, and know no cancel: what tsq writes must not keep them from it.
    test.runIf(shared.ruby.generation === 7)(
      "by tsq is iterated all the same by a Ruby that knows no cancel",
      async () => {
        const client = shared.newClient();
        const jid = await client.push({ class: "IteratingJob", queue: "iterates", args: [] });
        await client.cancel(String(jid));

        await using _ruby = await shared.startRuby({
          queues: ["iterates"],
          ruby: ITERABLE,
          timeoutSeconds: 1,
        });

        await eventually(async () =>
          expect(Number(await shared.redis.get("interop:items"))).toBeGreaterThan(0),
        );
        expect(await shared.eval("Sidekiq::RetrySet.new.size")).toBe(0);
      },
    );

    test("by tsq tells Ruby when that was, in a hash of Sidekiq's", async () => {
      const first = await shared.newClient().cancel("abc");

      const seconds = await shared.eval("Sidekiq.redis { |redis| redis.hget('it-abc', 'cancelled') }.to_i");

      expect(seconds).toBe(first.getTime() / 1_000);
    });
  },
  { sideBySide: true },
);
