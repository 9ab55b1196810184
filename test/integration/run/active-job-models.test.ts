/** The models of ActiveJob's GlobalIDs, found for jobs that a worker runs. */
import { activeJob, configure, defineActiveJob, float, symbol } from "tsq";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { enqueued } from "../../support/enqueued.ts";
import { eventually } from "../../support/eventually.ts";
import { pushTexts } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";
import { TestWorkers } from "../../support/worker.ts";

let server: TestRedis;
let workers: TestWorkers;

beforeAll(async () => {
  server = await startRedis();
  workers = new TestWorkers(server);
});
afterEach(() => workers.end());
afterAll(async () => {
  await configure().close();
  await server.stop();
});

const gid = (path: string): object => ({ _aj_globalid: `gid://${path}` });
const GONE = { discardOn: ["ActiveJob::DeserializationError"] };

interface Contact {
  readonly id: number;
}

test("a handler gets the models, found by one call for a job, and enqueues them again as GlobalIDs", async () => {
  const calls: unknown[] = [];
  configure({
    redis: server.url,
    globalId: {
      crm: async (model, ids) => {
        calls.push([model, ids.length]);
        return new Map(ids.map((id) => [id, { id: Number(id) }]));
      },
    },
  });
  const next = activeJob("NextJob", { queue: "ruby" });
  const sums: number[] = [];
  const job = defineActiveJob("ManyJob", {}, async (_job, contacts: readonly Contact[]) => {
    sums.push(contacts.reduce((sum, { id }) => sum + id, 0));
    await next.performLater(contacts[7], symbol("seen"), float(1));
  });
  await pushTexts(workers.redis, [
    enqueued("ManyJob", [Array.from({ length: 100 }, (_, id) => gid(`crm/Contact/${id}`))]),
  ]);

  await workers.start({ jobs: [job] });

  const pushed = await eventually(async () => {
    const [text = ""] = await workers.redis.lrange("queue:ruby", 0, -1);
    expect(text).toContain(
      '"arguments":[{"_aj_globalid":"gid://crm/Contact/7"},{"_aj_serialized":"ActiveJob::Serializers::SymbolSerializer","value":"seen"},1.0]',
    );
    return text;
  });
  expect(pushed).toContain('"wrapped":"NextJob"');
  expect(calls).toEqual([["Contact", 100]]);
  expect(sums).toEqual([4950]);
});

test("one that is gone may be discarded; one that nobody could look for keeps its job", async () => {
  configure({
    redis: server.url,
    globalId: {
      crm: async () => new Map(),
      down: () => Promise.reject(new Error("connect ECONNREFUSED")),
    },
  });
  const names = ["GoneJob", "DownJob", "StrangeJob"];
  await pushTexts(workers.redis, [
    enqueued("GoneJob", [gid("crm/Contact/7")], {}, { jid: "gone" }),
    enqueued("DownJob", [gid("down/Contact/7")]),
    enqueued("StrangeJob", [gid("shop/Order/7")]),
  ]);

  await workers.start({ jobs: names.map((name) => defineActiveJob(name, GONE, () => {})) });

  expect(await workers.logged("discarded by discardOn")).toMatchObject({ jid: "gone", class: "GoneJob" });
  await eventually(async () => {
    const texts = await workers.redis.zrange("retry", "0", "-1");
    const kept = texts.map((text) => JSON.parse(text) as Readonly<Record<string, string>>);
    expect(Object.fromEntries(kept.map(({ wrapped = "", error_class }) => [wrapped, error_class]))).toEqual({
      DownJob: "Error",
      StrangeJob: "ConfigError",
    });
    expect(kept.find(({ wrapped }) => wrapped === "StrangeJob")?.["error_message"]).toContain(
      "of the app `shop`, for which there is no resolver (there are: crm, down)",
    );
  });
});
