/** Payloads of ActiveJob that are none, and those of its mails. */
import { defineActiveJob, defineMailerJob } from "@tsq/active-job";
import { Client, defineJob } from "@tsq/core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { enqueued, NEW_WRAPPER, OLD_WRAPPER } from "../../support/enqueued.ts";
import { eventually } from "../../support/eventually.ts";
import { payloadText, pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;
let client: Client;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
  client = new Client({ redis: server.url });
});
afterEach(() => workers.end());
afterAll(async () => {
  await client.close();
  await server.stop();
});

describe("a payload that is none of ActiveJob's is told so, and the job is kept:", () => {
  test("what is wrong with it, where, and what to do", async () => {
    const bad: readonly (readonly [args: unknown, why: string])[] = [
      [undefined, "`args` of its payload that is a list of one object, got"],
      [[], "`args` of its payload that is a list of one object, got"],
      [[1, 2], "`args` of its payload that is a list of one object, got"],
      [[7], "`args[0]` of its payload that is an object, got `7`"],
      [
        [{ job_class: "BadJob" }],
        "`args[0].arguments` of its payload that is a list, as ActiveJob writes it",
      ],
    ];
    const nameless: readonly unknown[] = [undefined, [7], [{ arguments: [] }]];
    await pushTexts(workers.redis, [
      ...bad.map(([args], i) => payloadText({ class: NEW_WRAPPER, wrapped: "BadJob", args, jid: `bad${i}` })),
      ...nameless.map((args, i) => payloadText({ class: OLD_WRAPPER, args, jid: `nameless${i}` })),
    ]);

    await workers.start({ jobs: [defineActiveJob("BadJob", { discardOn: [Error] }, () => {})] });

    const kept = await eventually(async () => {
      const texts = await workers.redis.zrange("retry", "0", "-1");
      expect(texts).toHaveLength(bad.length + nameless.length);
      return new Map(
        texts.map((text) => {
          const { jid, ...payload } = JSON.parse(text) as Readonly<Record<string, string>>;
          return [jid, payload] as const;
        }),
      );
    });
    for (const [i, [, why]] of bad.entries()) {
      expect(kept.get(`bad${i}`)).toMatchObject({ error_class: "MalformedPayloadError" });
      expect(kept.get(`bad${i}`)?.["error_message"]).toContain(why);
      expect(kept.get(`bad${i}`)?.["error_message"]).toContain("performLater()");
    }
    for (const i of nameless.keys()) {
      expect(kept.get(`nameless${i}`)?.["error_message"]).toContain(
        "to name its job as `wrapped`, or as `job_class` in `args[0]`",
      );
    }
  });

  test("arguments that cannot be decoded, which discardOn may drop by Ruby's name", async () => {
    const odd = [{ _aj_serialized: "ActiveJob::Serializers::DateSerializer", value: "no date" }];
    await pushTexts(workers.redis, [
      enqueued("KeptJob", odd),
      enqueued("DroppedJob", odd, {}, { jid: "dropped" }),
    ]);

    await workers.start({
      jobs: [
        defineActiveJob("KeptJob", () => {}),
        defineActiveJob("DroppedJob", { discardOn: ["ActiveJob::DeserializationError"] }, () => {}),
      ],
    });

    const { payload } = await workers.jobIn("retry");
    expect(payload).toMatchObject({ wrapped: "KeptJob", error_class: "ActiveJob::DeserializationError" });
    const discarded = await workers.logged("discarded by discardOn");
    expect(discarded).toMatchObject({ jid: "dropped", class: "DroppedJob", executions: 1 });
  });

  test("a class that nothing here runs is named, and with it how to define it", async () => {
    await pushTexts(workers.redis, [enqueued("OtherJob", [])]);

    await workers.start({ jobs: [defineJob("PlainJob", () => {})] });

    const { payload } = await workers.jobIn("retry");
    expect(payload["error_class"]).toBe("NameError");
    expect(payload["error_message"]).toContain('Give what defineActiveJob("OtherJob", …) returns');
  });
});

describe("mails", () => {
  const mail = (args: readonly unknown[], name = "ActionMailer::MailDeliveryJob") => enqueued(name, args);

  test("are delivered by the handler of their mailer and action, with their arguments and params", async () => {
    const ran: unknown[] = [];
    await pushTexts(workers.redis, [
      mail(["UserMailer", "welcome", "deliver_now", { args: [7, "x"], _aj_ruby2_keywords: ["args"] }]),
      mail([
        "UserMailer",
        "welcome",
        "deliver_now",
        { params: { a: 1, _aj_symbol_keys: ["a"] }, args: [8], _aj_ruby2_keywords: ["params", "args"] },
      ]),
      mail(["UserMailer", "welcome", "deliver_now", 9], "ActionMailer::DeliveryJob"),
      mail(["UserMailer", "goodbye", "deliver_now", { args: [], _aj_ruby2_keywords: ["args"] }]),
    ]);

    await workers.start({
      concurrency: 1,
      jobs: [
        defineMailerJob(
          "UserMailer",
          "welcome",
          ({ params }, ...args: unknown[]) => void ran.push([args, params]),
        ),
      ],
    });

    const { payload } = await workers.jobIn("retry");
    expect(payload["error_message"]).toContain("No job of this worker is named");
    expect(ran).toEqual([
      [[7, "x"], undefined],
      [[8], { a: 1 }],
      [[9], undefined],
    ]);
  });

  test("are enqueued as Rails' deliver_later enqueues them", async () => {
    const welcome = defineMailerJob<[number]>(
      "UserMailer",
      "welcome",
      { client, queue: "mailers" },
      () => {},
    );

    await welcome.performLater(7);

    const [text] = await workers.redis.lrange("queue:mailers", "0", "-1");
    const { wrapped, args } = JSON.parse(text ?? "") as { wrapped: string; args: object[] };
    expect(wrapped).toBe("ActionMailer::MailDeliveryJob");
    expect(args[0]).toMatchObject({
      job_class: "ActionMailer::MailDeliveryJob",
      arguments: ["UserMailer", "welcome", "deliver_now", { args: [7], _aj_ruby2_keywords: ["args"] }],
    });
  });

  test("a mail of Rails up to 6.0 is enqueued again under its own class, by which its arguments are read", async () => {
    await pushTexts(workers.redis, [
      mail(["UserMailer", "welcome", "deliver_now", { args: 9 }], "ActionMailer::DeliveryJob"),
    ]);
    await workers.start({
      jobs: [
        defineMailerJob("UserMailer", "welcome", { retryOn: [{ error: Error, wait: 3_600 }] }, () => {
          throw new Error("busy");
        }),
      ],
    });

    const { payload } = await workers.jobIn("schedule");

    expect(payload["wrapped"]).toBe("ActionMailer::DeliveryJob");
    expect((payload["args"] as readonly object[])[0]).toMatchObject({
      job_class: "ActionMailer::DeliveryJob",
    });
  });

  test("are refused without the name of a method", () => {
    expect(() => defineMailerJob("UserMailer", "no method", () => {})).toThrow(
      "to be the name of its method",
    );
  });
});

test("a class that the worker has is not called unknown when it was pushed in the other form", async () => {
  await pushTexts(workers.redis, [
    payloadText({ class: "AJob", args: [1], jid: "plain" }),
    enqueued("PlainJob", [1], {}, { jid: "wrapped" }),
    payloadText({ class: "NoJob", args: [1], jid: "unknown" }),
  ]);

  await workers.start({ jobs: [defineActiveJob("AJob", () => {}), defineJob("PlainJob", () => {})] });

  const kept = await eventually(async () => {
    const texts = await workers.redis.zrange("retry", "0", "-1");
    expect(texts).toHaveLength(3);
    const payloads = texts.map((text) => JSON.parse(text) as Readonly<Record<string, string>>);
    return Object.fromEntries(payloads.map(({ jid, error_message }) => [jid, error_message]));
  });
  expect(kept["plain"]).toContain("Expected AJob, a job of ActiveJob, to have a payload that is wrapped");
  expect(kept["plain"]).toContain("AJob.perform_later");
  expect(kept["wrapped"]).toContain(
    "Expected PlainJob, a job of defineJob(), to have a payload that was pushed",
  );
  expect(kept["wrapped"]).toContain("PlainJob.perform_async");
  expect(kept["unknown"]).toContain("No job of this worker is named `NoJob`");
});
