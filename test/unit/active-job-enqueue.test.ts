/** What enqueuing a job of ActiveJob writes, beside what Rails wrote. */
import { activeJob, kwargs, performAllLater, symbol } from "@tsq/active-job";
import type { ActiveJobOptions } from "@tsq/active-job";
import { Client } from "@tsq/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NEW_WRAPPER, OLD_WRAPPER } from "../support/enqueued.ts";
import { NotingTransport } from "../support/noting-transport.ts";
import { membersOf, payloadTexts, scoredOf, vector } from "../support/vectors.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let transport: NotingTransport;
let client: Client;

beforeEach(() => {
  transport = new NotingTransport();
  client = new Client({ transport });
});
afterEach(() => vi.useRealTimers());

interface Payload extends Readonly<Record<string, unknown>> {
  readonly class: string;
  readonly args: readonly [Readonly<Record<string, unknown>>];
}

const parsed = (text: string | undefined): Payload => JSON.parse(text ?? "null") as Payload;
const payloadIn = (queue = "default"): Payload => parsed(transport.queues[queue]?.[0]);
const job = <Args extends readonly unknown[] = [number]>(options: ActiveJobOptions = {}, name = "MyAj") =>
  activeJob<Args>(name, { client, ...options });

/** As text, with all that no two jobs have alike set to the same. */
const alike = (text: string | undefined): string =>
  (text ?? "")
    .replaceAll(/"(job_id|jid|enqueued_at|timezone)":"[^"]*"/g, '"$1":"…"')
    .replaceAll(/"(created_at|enqueued_at)":[\d.]+/g, '"$1":0');

describe.each([
  { version: "8.1.7", alive: [8], rails: "7.2" },
  { version: "7.3.2", alive: [7], rails: "7.2" },
  { version: "6.4.1", alive: [6], rails: "7.0" },
])("beside Sidekiq $version", ({ version, alive, rails }) => {
  const written = (wrapped: string, scenario = "activejob-enqueue"): string | undefined =>
    payloadTexts(scenario, version).find((text) => text.includes(`"wrapped":"${wrapped}"`));

  test("a job of a class with sidekiq_options is written as Rails writes it, byte for byte but for ids and times", async () => {
    transport.alive = new Set(alive);
    const opt = activeJob<[string]>("OptAj", {
      client,
      retry: 3,
      backtrace: 5,
      tags: ["aj"],
      timezone: "Pacific/Auckland",
      rails,
    });

    await opt.performLater("opt");

    const [own] = transport.queues["default"] ?? [];
    const sorted = (text: string | undefined) => Object.entries(JSON.parse(alike(text)) as object).toSorted();
    expect(sorted(own)).toEqual(sorted(written("OptAj")));
    expect(JSON.stringify(payloadIn().args)).toBe(JSON.stringify(parsed(own).args));
  });

  test("the envelope has the keys of its Rails, in their order", async () => {
    transport.alive = new Set(alive);

    await job<[string]>({ rails, priority: 2 }).set({ queue: "custom" }).performLater("q");

    const theirs = payloadTexts("activejob-enqueue", version)
      .map(parsed)
      .find(({ queue }) => queue === "custom");
    const own = payloadIn("custom");
    expect(Object.keys(own.args[0])).toEqual(Object.keys(theirs?.args[0] ?? {}));
    expect(own.class).toBe(theirs?.class);
    expect({ ...own.args[0], timezone: 0, job_id: 0, enqueued_at: 0 }).toEqual({
      ...theirs?.args[0],
      timezone: 0,
      job_id: 0,
      enqueued_at: 0,
    });
    const spelling = (time: unknown): string => String(time).replaceAll(/\d/g, "0");
    expect(spelling(own.args[0]["enqueued_at"])).toBe(spelling(theirs?.args[0]["enqueued_at"]));
  });
});

test.each([
  ["6.4.1", 6],
  ["7.3.2", 7],
  ["8.1.7", 8],
] as const)(
  "beside Sidekiq %s a job for a time is in the schedule, as Rails writes it",
  async (version, generation) => {
    transport.alive = new Set([generation]);
    const theirs = scoredOf(vector("activejob-scheduled", version).keys["schedule"]).at(-1);

    await job<[string]>({ queue: "mailers", priority: 7, timezone: "Pacific/Auckland" })
      .set({ waitUntil: new Date("2100-01-01") })
      .performLater("at2100");

    const [[text, at] = []] = transport.scheduled;
    expect(at).toBe(theirs?.[1]);
    const own = parsed(alike(text));
    expect(own).toEqual(parsed(alike(theirs?.[0])));
    expect(JSON.stringify(own.args)).toBe(JSON.stringify(parsed(alike(theirs?.[0])).args));
    // Rails before 7.1 has them in another order.
    if (generation > 6) expect(alike(text)).toBe(alike(theirs?.[0]));
  },
);

test.each([
  ["7.3.2", 7],
  ["8.1.7", 8],
] as const)(
  "beside Sidekiq %s jobs that are enqueued together are written as Rails' perform_all_later writes them",
  async (version, generation) => {
    transport.alive = new Set([generation]);
    const mine = job({ queue: "mailers", priority: 7, timezone: "Pacific/Auckland" });
    const opt = job({ retry: 3, backtrace: 5, tags: ["aj"], timezone: "Pacific/Auckland" }, "OptAj");

    const count = await performAllLater([
      mine.with(1),
      mine.set({ waitUntil: new Date("2100-01-01") }).with(2),
      opt.with(3),
    ]);

    expect(count).toBe(3);
    const { keys } = vector("activejob-bulk", version);
    const members = (text: string): unknown => JSON.parse(alike(text));
    const theirs = [keys["queue:mailers"], keys["queue:default"]].flatMap(membersOf);
    const own = [...(transport.queues["mailers"] ?? []), ...(transport.queues["default"] ?? [])];
    expect(own.map(members)).toEqual(theirs.map(members));
    const [[scheduled, at] = ["", 0]] = transport.scheduled;
    const [[theirsScheduled, theirAt] = ["", 0]] = scoredOf(keys["schedule"]);
    expect([members(scheduled), at]).toEqual([members(theirsScheduled), theirAt]);
    expect(transport.calls.filter((call) => call.endsWith("All"))).toHaveLength(3);
  },
);

test("jobs of one class, queue and options go in one push, and those that middleware stops do not count", async () => {
  client.use(async (payload, next) => {
    const [envelope] = payload.args as readonly { readonly arguments: readonly unknown[] }[];
    if (envelope?.arguments[0] !== 2) await next();
  });

  const count = await performAllLater(job().with(1), [job().with(2), job().with(3)]);

  expect(count).toBe(2);
  expect(transport.queues["default"]).toHaveLength(2);
});

test("nothing is enqueued when an argument of the last cannot be serialized", async () => {
  const any = job<[unknown]>();

  await expect(performAllLater([any.with(1), any.with(() => {})])).rejects.toThrow(
    "Unsupported argument type",
  );

  expect(transport.queues).toEqual({});
});

test.each<readonly [alive: readonly number[], wrapper: string]>([
  [[8], NEW_WRAPPER],
  [[8, 9], NEW_WRAPPER],
  [[7, 8], OLD_WRAPPER],
  [[6], OLD_WRAPPER],
  [[], OLD_WRAPPER],
])("with the generations %j alive the wrapper is %s", async (alive, wrapper) => {
  transport.alive = new Set(alive);

  await job().performLater(1);

  expect(payloadIn().class).toBe(wrapper);
});

test("wire: 8 of the client is a fleet of 8, and 7 one of 7", async () => {
  for (const [wire, wrapper] of [
    [8, NEW_WRAPPER],
    [7, OLD_WRAPPER],
  ] as const) {
    const pinned = new NotingTransport();
    await job({ client: new Client({ transport: pinned, wire }) }).performLater(1);

    expect(parsed(pinned.queues["default"]?.[0]).class).toBe(wrapper);
  }
});

test("the jid is Sidekiq's, and the job's own id a UUID", async () => {
  const jid = await job().performLater(1);

  expect(jid).toMatch(/^[0-9a-f]{24}$/);
  expect(payloadIn()).toMatchObject({ jid, wrapped: "MyAj", args: [{ provider_job_id: null }] });
  expect(payloadIn().args[0]["job_id"]).toMatch(UUID);
});

test("keyword arguments follow the arguments", async () => {
  await job<[number, string]>().performLater(7, "tpl", kwargs({ params: {} }));

  expect(payloadIn().args[0]["arguments"]).toEqual([
    7,
    "tpl",
    { params: { _aj_symbol_keys: [] }, _aj_ruby2_keywords: ["params"] },
  ]);
});

test("set() is for what is enqueued with it, on top of what was set before", async () => {
  const base = job({ retry: 3 });

  await base
    .set({ queue: "low", priority: 4 })
    .set({ tags: ["a"] })
    .performLater(1);
  await base.performLater(2);

  expect(payloadIn("low")).toMatchObject({
    retry: 3,
    tags: ["a"],
    args: [{ queue_name: "low", priority: 4 }],
  });
  expect(payloadIn()).toMatchObject({ args: [{ queue_name: "default", priority: null }] });
});

test("the options of a job have its queue with the prefix, for whoever is to serve it", () => {
  expect(job({ queue: "low", queueNamePrefix: "crm", retry: 1 }).options).toEqual({
    retry: 1,
    queue: "crm_low",
  });
  expect(job({ queueNamePrefix: "crm" }).options).toEqual({ queue: "crm_default" });
  expect(job({ retry: 2 }).options).toEqual({ retry: 2 });
});

test("the prefix of a queue comes before the job's own, one of set() and the default", async () => {
  const prefixed = job({ queue: "low", queueNamePrefix: "crm" });

  await prefixed.performLater(1);
  await prefixed.set({ queue: "high" }).performLater(2);
  await job({ queueNamePrefix: "crm", queueNameDelimiter: "." }).performLater(3);

  expect(Object.keys(transport.queues)).toEqual(["crm_low", "crm_high", "crm.default"]);
  expect(payloadIn("crm_low").args[0]["queue_name"]).toBe("crm_low");
});

test("defaultJobOptions of the client are below those of the job", async () => {
  client = new Client({ transport, defaultJobOptions: { retry: 2, queue: "slow", tags: ["all"] } });

  await job({ tags: ["own"] }).performLater(1);

  expect(payloadIn("slow")).toMatchObject({ retry: 2, tags: ["own"], args: [{ queue_name: "slow" }] });
});

test("client middleware sees the wrapper as Ruby's does", async () => {
  const seen: unknown[] = [];
  client.use((payload, next) => {
    seen.push([payload.class, payload.wrapped, payload.queue]);
    return next();
  });

  await job({ queue: "low" }).performLater(1);

  expect(seen).toEqual([[OLD_WRAPPER, "MyAj", "low"]]);
});

test("a symbol is an argument as any other", async () => {
  await job<[unknown]>().performLater(symbol("welcome"));

  expect(payloadIn().args[0]["arguments"]).toEqual([
    { _aj_serialized: "ActiveJob::Serializers::SymbolSerializer", value: "welcome" },
  ]);
});
