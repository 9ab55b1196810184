import { JobRecord } from "@tsq/core/api";
import { packBacktrace } from "@tsq/core/protocol";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { payloads, vectorNames } from "../support/vectors.ts";

const record = (payload: unknown): JobRecord => new JobRecord(JSON.stringify(payload));

/** Everything that a page would read of a job. */
const readAll = (job: JobRecord): unknown[] => [
  job.text,
  job.payload,
  job.error,
  job.jid,
  job.queue,
  job.displayClass,
  job.displayArgs,
  job.tags,
  job.createdAt?.toISOString(),
  job.enqueuedAt?.toISOString(),
  job.failedAt?.toISOString(),
  job.retriedAt?.toISOString(),
  job.backtrace,
  job.latency(),
];

describe("reading a job", () => {
  test.each(vectorNames())("works for everything that Sidekiq wrote in %s-%s", (scenario, version) => {
    for (const payload of payloads(scenario, version)) {
      expect(() => readAll(new JobRecord(payload))).not.toThrow();
    }
  });

  test("never throws, whatever the payload holds", () => {
    const field = fc.constantFrom(
      "class",
      "wrapped",
      "display_class",
      "args",
      "queue",
      "jid",
      "tags",
      "encrypt",
      "created_at",
      "enqueued_at",
      "failed_at",
      "retried_at",
      "error_backtrace",
    );
    const odd = fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom<unknown>(
        "Sidekiq::ActiveJob::Wrapper",
        "ActionMailer::MailDeliveryJob",
        [{ arguments: [{ toString: 1 }, { toString: 1 }, {}, {}] }],
        [{ toString: 1 }],
        1e300,
      ),
    );
    fc.assert(
      fc.property(fc.dictionary(field, odd), (payload) => {
        readAll(record(payload));
      }),
    );
  });

  test.each(["", "{", "null", "7", '"text"', "[1]", "this is { not json"])(
    "that is none (%j) says why and has no payload",
    (text) => {
      const job = new JobRecord(text);

      expect(job.payload).toBeUndefined();
      expect(job.error).toMatchObject({ code: "TSQ_MALFORMED_PAYLOAD" });
      expect(job.text).toBe(text);
    },
  );

  test("keeps bytes that are no UTF-8", () => {
    const bytes = Buffer.from([...Buffer.from('{"class":"J","args":["'), 0xff, 0xfe, ...Buffer.from('"]}')]);

    const job = new JobRecord(bytes);

    expect(job.bytes.equals(bytes)).toBe(true);
    expect(job.displayArgs).toEqual(["\uFFFD\uFFFD"]);
  });

  test("gives integers beyond 2^53 as bigint", () => {
    expect(new JobRecord('{"args":[9007199254740993]}').displayArgs).toEqual([9007199254740993n]);
  });
});

describe("the times of a job", () => {
  test("are read in float seconds and in integer milliseconds", () => {
    expect(record({ created_at: 1795451241.069 }).createdAt?.getTime()).toBe(1795451241069);
    expect(record({ created_at: 1795451241069 }).createdAt?.getTime()).toBe(1795451241069);
  });

  test.each(["1795451241.069", "2026-11-23", null, 1e300, []])("are absent when they are %j", (time) => {
    expect(record({ enqueued_at: time }).enqueuedAt).toBeUndefined();
    expect(record({ enqueued_at: time }).latency()).toBe(0);
  });

  test("give its latency since it was enqueued, or else created", () => {
    const now = 1_795_451_250_000;

    expect(record({ enqueued_at: 1_795_451_248_500, created_at: 5 }).latency(now)).toBe(1.5);
    expect(record({ created_at: 1795451240.5 }).latency(now)).toBe(9.5);
  });

  test("that lie ahead give no latency", () => {
    expect(record({ enqueued_at: 1_795_451_260_000 }).latency(1_795_451_250_000)).toBe(0);
  });
});

describe("the name and the arguments to show", () => {
  test("are those of a plain job", () => {
    const job = record({ class: "Foo::Bar", args: [1, { a: 2 }] });

    expect(job.displayClass).toBe("Foo::Bar");
    expect(job.displayArgs).toEqual([1, { a: 2 }]);
  });

  test("are those inside an ActiveJob wrapper of either name", () => {
    for (const wrapper of [
      "ActiveJob::QueueAdapters::SidekiqAdapter::JobWrapper",
      "Sidekiq::ActiveJob::Wrapper",
    ]) {
      const job = record({
        class: wrapper,
        wrapped: "EchoJob",
        args: [
          {
            job_class: "EchoJob",
            arguments: [
              { _aj_globalid: "gid://app/User/7" },
              { size: 1, _aj_symbol_keys: ["size"] },
              [{ _aj_serialized: "X", value: "v" }],
            ],
          },
        ],
      });

      expect(job.displayClass).toBe("EchoJob");
      expect(job.displayArgs).toEqual(["gid://app/User/7", { size: 1 }, [{ value: "v" }]]);
    }
  });

  test("of a mail are its mailer, its method and what it was called with", () => {
    const job = record({
      class: "Sidekiq::ActiveJob::Wrapper",
      wrapped: "ActionMailer::MailDeliveryJob",
      args: [
        {
          arguments: ["UserMailer", "welcome", "deliver_now", { args: [42], _aj_ruby2_keywords: ["args"] }],
        },
      ],
    });

    expect(job.displayClass).toBe("UserMailer#welcome");
    expect(job.displayArgs).toEqual([[42]]);
  });

  test("follow `display_class`", () => {
    expect(record({ class: "J", display_class: "Nightly report" }).displayClass).toBe("Nightly report");
  });

  test("hide an encrypted argument", () => {
    expect(record({ class: "J", args: [1, "c2VjcmV0"], encrypt: true }).displayArgs).toEqual([
      1,
      "[encrypted data]",
    ]);
  });
});

test("a stack is unpacked, in the form of every generation", () => {
  const lines = ["a.rb:1:in `x'", "b.rb:2:in `y'"];

  expect(record({ error_backtrace: packBacktrace(lines) }).backtrace).toEqual(lines);
  expect(record({ error_backtrace: lines }).backtrace).toEqual(lines);
  expect(record({ error_backtrace: "no base64 of anything" }).backtrace).toBeUndefined();
});
