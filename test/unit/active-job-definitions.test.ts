/** Callbacks around the enqueuing of a job of ActiveJob, and definitions that are refused. */
import { activeJob, defineActiveJob, defineMailerJob, performAllLater } from "@tsq/active-job";
import type { ActiveJobOptions } from "@tsq/active-job";
import { Client, configure } from "@tsq/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NotingTransport } from "../support/noting-transport.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let transport: NotingTransport;
let client: Client;

beforeEach(() => {
  transport = new NotingTransport();
  client = new Client({ transport });
});

const job = (options: ActiveJobOptions) => activeJob<[number]>("MyAj", { client, ...options });

describe("callbacks of an enqueuing", () => {
  test("are called in Rails' order, with the job and in the end its jid", async () => {
    const seen: unknown[] = [];
    const note = (name: string) => () => void seen.push(name);
    const called = job({
      beforeEnqueue: [note("before 1"), note("before 2")],
      aroundEnqueue: async ({ jobId, ...rest }, next) => {
        seen.push(["around", rest]);
        expect(jobId).toMatch(UUID);
        await next();
        seen.push("around again");
      },
      afterEnqueue: [({ jid }) => void seen.push(["after 1", jid]), note("after 2")],
    });

    const jid = await called.performLater(7);

    expect(seen).toEqual([
      "before 1",
      "before 2",
      [
        "around",
        {
          class: "MyAj",
          arguments: [7],
          queue: "default",
          priority: null,
          scheduledAt: undefined,
          executions: 0,
        },
      ],
      "after 2",
      ["after 1", jid],
      "around again",
    ]);
  });

  test("stop it where one before says abort, and false stops nothing", async () => {
    const seen: string[] = [];
    const stopped = job({
      beforeEnqueue: (one) => (one.arguments[0] === 1 ? "abort" : (false as never)),
      afterEnqueue: () => void seen.push("after"),
    });

    expect(await stopped.performLater(1)).toBeNull();
    expect(await stopped.performLater(2)).not.toBeNull();

    expect(seen).toEqual(["after"]);
    expect(transport.queues["default"]).toHaveLength(1);
  });

  test("are not called for many at once, as in Rails", async () => {
    const called = job({ beforeEnqueue: () => "abort" });

    expect(await performAllLater([called.with(1)])).toBe(1);
  });
});

describe("is refused with what to do:", () => {
  test.each<readonly [options: object, why: string]>([
    [{ retryOn: [] }, "to have no `retryOn`: it would never be read"],
    [{ priority: 1.5 }, "Expected `priority` of MyAj to be an integer"],
    [{ rails: 7 }, 'Expected `rails` of MyAj to be a version such as "7.0"'],
    [{ locale: 5 }, "Expected `locale` of MyAj to be a string"],
    [{ queueNamePrefix: "a b" }, "Expected `queueNamePrefix` of MyAj to be a text without spaces"],
    [{ client: {} }, "Expected `client` of MyAj to be a Client"],
    [{ queue: "" }, "Job must include a valid queue name"],
    [{ queu: "low" }, "Did you mean `queue`?"],
    [{ wait: 60 }, "to have no `wait`, which has no effect there. Give it to set()."],
    [{ at: 60 }, "Give `waitUntil` to set()."],
    [{ args: {} }, "to have no `args`, which has no effect there"],
    [{ beforEnqueue: () => {} }, "Did you mean `beforeEnqueue`?"],
    [{ beforeEnqueue: "no" }, "Expected `beforeEnqueue` of MyAj to be a function"],
  ])("%j", (options, why) => {
    expect(() => activeJob("MyAj", options)).toThrow(why);
  });

  test.each<readonly [options: Readonly<Record<string, unknown>>, why: string]>([
    [{ wait: "60" }, "Expected `wait` of MyAj.set() to be seconds"],
    [{ waitUntil: "tomorrow" }, "Expected `waitUntil` of MyAj.set() to be a Date"],
    [{ priority: "high" }, "Expected `priority` of MyAj.set() to be an integer"],
    [{ wait_until: 5 }, "Did you mean `waitUntil`?"],
    [{ wiat: 5 }, "Did you mean `wait`?"],
    [{ locale: "de" }, "to have no `locale`, which has no effect there. Give it to the definition"],
    [{ retryOn: [] }, "to have no `retryOn`"],
    [{ sync: true }, "Call performInline()."],
  ])("set(%j)", (options, why) => {
    expect(() => activeJob("MyAj").set(options)).toThrow(why);
  });

  test("a name that no definition has, also of a mail", () => {
    const options = { retryOm: [] } as object;

    expect(() => defineActiveJob("MyAj", options, () => {})).toThrow("Did you mean `retryOn`?");
    expect(() => defineMailerJob("UserMailer", "welcome", options, () => {})).toThrow(
      "Expected options of UserMailer#welcome by the names that Sidekiq and tsq know, got `retryOm`. Did you mean `retryOn`?",
    );
  });

  test("a function where none runs, and none where one does", () => {
    expect(() => activeJob("MyAj", (() => {}) as never)).toThrow("Write defineActiveJob");
    expect(() => defineActiveJob("MyAj", {}, undefined as never)).toThrow("to come last");
    expect(() => activeJob("my job")).toThrow("Expected a job's name to be a class name");
  });

  test("what is no job among many", async () => {
    await expect(performAllLater([5 as never])).rejects.toThrow("Write performAllLater([zalo.with(7)");
  });
});

describe("activeJob of configure()", () => {
  afterEach(() => void configure());

  test("is what jobs are enqueued with that do not say it themselves, also those defined before", async () => {
    const plain = job({});
    const own = job({ locale: "de", queueNamePrefix: "" });
    configure({
      activeJob: {
        queueNamePrefix: "crm",
        queueNameDelimiter: ".",
        locale: "vi",
        timezone: "Hanoi",
        rails: "7.0",
      },
    });

    await plain.performLater(1);
    await own.performLater(2);

    const [first, second] = ["crm.default", "default"].map(
      (queue) => (JSON.parse(transport.queues[queue]?.[0] ?? "") as { args: object[] }).args[0],
    );
    expect(first).toMatchObject({ queue_name: "crm.default", locale: "vi", timezone: "Hanoi" });
    expect(first).not.toHaveProperty("scheduled_at");
    expect(second).toMatchObject({ queue_name: "default", locale: "de", timezone: "Hanoi" });
  });

  test.each<readonly [activeJob: unknown, why: string]>([
    [5, "Expected `activeJob` to be an object, got `5`"],
    [{ queuePrefix: "crm" }, "queueNamePrefix"],
    [{ queueNamePrefx: "crm" }, "Did you mean `queueNamePrefix`?"],
    [{ rails: 7 }, 'Expected `rails` of `activeJob` of configure() to be a version such as "7.0"'],
  ])("is refused with what to do: %j", (activeJob, why) => {
    expect(() => configure({ activeJob: activeJob as never })).toThrow(why);
  });
});
