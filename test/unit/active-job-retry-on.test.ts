/** What `retryOn` enqueues, counts and waits for. */
import type { DefineActiveJobOptions } from "@tsq/active-job";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ApiError, ENVELOPE, RateLimitError, RuledJob } from "../support/ruled-job.ts";

let ruled: RuledJob;
beforeEach(() => {
  ruled = new RuledJob();
  vi.useFakeTimers({ now: new Date("2030-01-01"), toFake: ["Date"] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("retryOn", () => {
  const error = new RateLimitError("slow down");

  test("enqueues the job again as a new job of Sidekiq with its own id and one execution more", async () => {
    await ruled.run({ options: { retryOn: [{ error: ApiError }] }, error });

    const [{ jid, args, ...payload }, seconds] = ruled.again();
    expect(seconds).toBe(3);
    expect(jid).toMatch(/^[0-9a-f]{24}$/);
    expect(payload).toEqual({
      retry: true,
      queue: "default",
      class: "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper",
      wrapped: "RuledJob",
      created_at: Date.now(),
    });
    expect(args).toEqual([
      {
        ...ENVELOPE,
        provider_job_id: "old",
        executions: 1,
        exception_executions: { "[ApiError]": 1 },
        enqueued_at: "2030-01-01T00:00:00.000000000Z",
        scheduled_at: "2030-01-01T00:00:03.000000000Z",
      },
    ]);
  });

  test("counts on from what Ruby has counted, and leaves the other counts", async () => {
    const envelope = { executions: 4, exception_executions: { "[Zalo::RateLimitError]": 2, "[IOError]": 1 } };

    await ruled.run({
      options: { retryOn: [{ error: RateLimitError, rubyName: "Zalo::RateLimitError" }] },
      error,
      envelope,
    });

    expect(ruled.again()[0].args[0]).toMatchObject({
      executions: 5,
      exception_executions: { "[Zalo::RateLimitError]": 3, "[IOError]": 1 },
    });
  });

  test.each<readonly [match: DefineActiveJobOptions["discardOn"] & object, key: string]>([
    [[ApiError, TypeError], "[ApiError, TypeError]"],
    [["Zalo::RateLimitError"], "[Zalo::RateLimitError]"],
    [[Error], "[StandardError]"],
  ])("counts %j as Ruby counts %s", async (errors, key) => {
    await ruled.run({ options: { retryOn: [{ error: errors as readonly string[] }] }, error });

    expect(ruled.again()[0].args[0].exception_executions).toEqual({ [key]: 1 });
  });

  test("throws the error when it has run as often as it may, for Sidekiq to retry", async () => {
    const envelope = { executions: 9, exception_executions: { "[ApiError]": 4 } };

    await expect(ruled.run({ options: { retryOn: [{ error: ApiError }] }, error, envelope })).rejects.toBe(
      error,
    );

    expect(ruled.transport.calls).toEqual([]);
  });

  test("counts all executions where there are no counts by error", async () => {
    const envelope = { executions: 4, exception_executions: null };

    await expect(ruled.run({ options: { retryOn: [{ error: ApiError }] }, error, envelope })).rejects.toBe(
      error,
    );
  });

  test("calls afterLast instead, and the job is done", async () => {
    const told: unknown[] = [];

    await ruled.run({
      options: {
        retryOn: [
          { error: ApiError, attempts: 1, afterLast: (job, last) => void told.push(job.executions, last) },
        ],
      },
      error,
    });

    expect(told).toEqual([1, error]);
    expect(ruled.transport.calls).toEqual([]);
  });

  test("never ends where attempts are unlimited", async () => {
    const envelope = { executions: 1_000, exception_executions: { "[ApiError]": 1_000 } };

    await ruled.run({ options: { retryOn: [{ error: ApiError, attempts: "unlimited" }] }, error, envelope });

    expect(ruled.again()[0].args[0].executions).toBe(1_001);
  });

  test.each<readonly [rule: object, executions: number, seconds: number]>([
    [{ wait: 0 }, 1, 0],
    [{ wait: 90 }, 1, 90],
    [{ wait: 90, jitter: 0.5 }, 1, 135],
    [{ wait: "polynomially_longer" }, 1, 3],
    [{ wait: "polynomially_longer" }, 3, 83],
    [{ wait: "exponentially_longer" }, 3, 83],
    [{ wait: "polynomially_longer", jitter: 0.15 }, 2, 16 + 2.4 + 2],
    [{ wait: (executions: number) => executions * 10 }, 3, 30],
    [{ wait: (executions: number) => executions * 10, jitter: 1 }, 3, 30],
    [{ wait: "polynomially_longer", attempts: "unlimited" }, 177, 177 ** 4 + 2],
    [{ wait: "polynomially_longer", attempts: "unlimited" }, 178, 1_000_000_000],
    [{ wait: "exponentially_longer", attempts: "unlimited", jitter: 1 }, 170, 1_000_000_000],
    [{ wait: 900_000_000, jitter: 0.15 }, 1, 1_000_000_000],
  ])("%j waits before attempt %i + 1 for %d s", async (rule, executions, seconds) => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const envelope = { executions: executions - 1, exception_executions: { "[ApiError]": executions - 1 } };

    await ruled.run({ options: { retryOn: [{ error: ApiError, ...rule }] }, error, envelope });

    expect(ruled.again()[1]).toBeCloseTo(seconds, 3);
  });

  test("adds retryJitter where the rule has no jitter, and none by default", async () => {
    vi.spyOn(Math, "random").mockReturnValue(1);
    const retryOn = [{ error: ApiError, wait: 100 }];

    await ruled.run({ options: { retryOn, retryJitter: 0.15 }, error });
    expect(ruled.again()[1]).toBeCloseTo(115, 3);

    ruled.transport.scheduled.length = 0;
    await ruled.run({
      options: { retryOn: [{ ...retryOn[0], error: ApiError, jitter: 0 }], retryJitter: 0.15 },
      error,
    });
    expect(ruled.again()[1]).toBeCloseTo(100, 3);
  });

  test("takes another queue and priority where the rule says so, with the prefix of queues", async () => {
    await ruled.run({
      options: { queueNamePrefix: "crm", retryOn: [{ error: ApiError, wait: 0, queue: "low", priority: 9 }] },
      error,
    });

    expect(ruled.transport.queues["crm_low"]).toHaveLength(1);
    expect(ruled.again()[0].args[0]).toMatchObject({ queue_name: "crm_low", priority: 9 });
  });

  test("keeps what else is in the payload, but for what belongs to one job of Sidekiq", async () => {
    const kept = { retry: 3, tags: ["a"], cattr: { user: 1 }, locale: "vi", tsq_deadline: 1_900_000_000_000 };
    const gone = {
      bid: "b",
      retry_count: 1,
      failed_at: 1,
      error_class: "X",
      error_message: "y",
      tsq_handed: 1,
    };

    await ruled.run({
      options: { retryOn: [{ error: ApiError }], retry: 9 },
      error,
      payload: { ...kept, ...gone, created_at: 1 },
    });

    const [payload] = ruled.again();
    expect(payload).toMatchObject(kept);
    expect(payload["created_at"]).toBe(Date.now());
    for (const name of Object.keys(gone)) expect(payload).not.toHaveProperty(name);
  });

  test("keeps the deadline that the job was enqueued with, and gives it no other", async () => {
    const retryOn = [{ error: ApiError, wait: 60 }];

    await ruled.run({
      options: { retryOn, deadline: 90 },
      error,
      payload: { tsq_deadline: 1_900_000_000_000 },
    });
    expect(ruled.again()[0]["tsq_deadline"]).toBe(1_900_000_000_000);

    ruled.transport.scheduled.length = 0;
    await ruled.run({ options: { retryOn, deadline: 90 }, error });
    expect(ruled.again()[0]).not.toHaveProperty("tsq_deadline");
  });

  test("leaves every other byte of the envelope: Ruby's numbers, and what tsq does not know", async () => {
    const args =
      '[{"job_class":"RuledJob","arguments":[1.0,12345678901234567890,{"a":2.50,"_aj_symbol_keys":[]}],"executions":0,' +
      '"exception_executions":{},"enqueued_at":"2029-12-31T00:00:00Z","continuation":{"completed":["one"],"current":["two",7.0]},"resumptions":1}]';

    await ruled.run({
      options: { retryOn: [{ error: ApiError }] },
      error,
      text: `{"class":"Sidekiq::ActiveJob::Wrapper","wrapped":"RuledJob","args":${args},"jid":"old"}`,
      envelope: { enqueued_at: "2029-12-31T00:00:00Z" },
    });

    const text = ruled.transport.scheduled[0]?.[0] ?? "";
    expect(text).toContain('"arguments":[1.0,12345678901234567890,{"a":2.50,"_aj_symbol_keys":[]}]');
    expect(text).toContain('"continuation":{"completed":["one"],"current":["two",7.0]},"resumptions":1');
    // As the Rails wrote it that reads it: up to 7.0 without fractions, and without a scheduled_at.
    expect(text).toContain('"enqueued_at":"2030-01-01T00:00:00Z"');
    expect(text).not.toContain("scheduled_at");
  });

  test("calls the callbacks of enqueuing, which may stop it", async () => {
    const seen: unknown[] = [];
    const options: DefineActiveJobOptions = {
      retryOn: [{ error: ApiError }],
      beforeEnqueue: ({ executions, jobId }) => {
        seen.push([executions, jobId]);
        return "abort";
      },
    };

    await ruled.run({ options, error });

    expect(seen).toEqual([[1, ENVELOPE.job_id]]);
    expect(ruled.transport.calls).toEqual([]);
  });

  test("fails the job with what the push was refused with", async () => {
    ruled.transport.answer = () => Promise.reject(new Error("no Redis"));

    await expect(ruled.run({ options: { retryOn: [{ error: ApiError }] }, error })).rejects.toThrow(
      "no Redis",
    );
  });
});
