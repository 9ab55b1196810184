/** Where findings about jobs point: at the line that defines them, where the project has it, and where they lie is said then. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { beats, diagnose } from "../../support/doctor.ts";
import { ran } from "../../support/faulty-app.ts";
import { startRedis, type TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushall();
  await beats(redis, { version: "tsq 0.1.0", queues: ["ts"], classes: ["OtherJob"] });
});

const DEFINED = {
  "jobs.ts": `import { defineJob } from "tsq";\n\nexport const own = defineJob(\n  "OwnJob",\n  { queue: "ts", retry: false },\n  async () => {},\n);\n`,
  // Ruby pushes it, and has none to run.
  "app/own_job.rb": "class OwnJob\n  include Sidekiq::Job\n  sidekiq_options queue: :ts\nend\n",
};

const payload = (more: object): string =>
  JSON.stringify({ class: "OwnJob", queue: "ts", args: [], enqueued_at: Date.now(), ...more });
const push = async (...payloads: readonly string[]): Promise<void> => {
  await redis.sadd("queues", "ts");
  await redis.lpush("queue:ts", ...payloads);
};
const failing = async (fields: object): Promise<void> => {
  const own = { error_class: "Oops", error_message: "no", ...fields };
  for (let i = 0; i < 10; i++) await redis.zadd("retry", 4e9, payload({ jid: `j${i}`, ...own }));
};

const NO_CLASS = { error_class: "NameError", error_message: "No job of this worker is named `OwnJob`." };

test.for<readonly [check: string, says: RegExp, plant: () => unknown]>([
  ["classes", /^Jobs of `OwnJob` wait in `ts`/, () => push(payload({}))],
  [
    "classes",
    /^10 jobs of `OwnJob` \(in the retry set\) failed because/,
    () => failing({ failed_at: Date.now(), ...NO_CLASS }),
  ],
  [
    "payloads",
    /^Times that are texts, in 1 job of `OwnJob` \(in queue `ts`\)/,
    () => push(payload({ created_at: "2030" })),
  ],
  ["payloads", /^Times in whole seconds, in 1 job/, () => push(payload({ created_at: 1_795_451_241 }))],
  ["payloads", /^Times of two generations/, () => push(payload({ created_at: 1_795_451_241.5 }))],
  [
    "payloads",
    /^A batch \(`bid`\) in 1 job of `OwnJob` \(in queue `ts`\) on/,
    () => push(payload({ bid: "b" })),
  ],
  ["payloads", /^An encrypted argument/, () => push(payload({ encrypt: true }))],
  ["payloads", /^A lock/, () => push(payload({ unique_for: 60 }))],
  ["payloads", /^A time after which it is of no use/, () => push(payload({ expires_in: 60 }))],
  ["payloads", /^A rate limit that was reached/, () => push(payload({ overrated: 1 }))],
  ["payloads", /`MoneySerializer`/, () => push(payload({ args: [{ _aj_serialized: "MoneySerializer" }] }))],
  ["payloads", /^Integers beyond 2\^53/, () => push(payload({}).replace("[]", "[12345678901234567890]"))],
  ["records-in-arguments", /^An object that was made a text/, () => push(payload({ args: ["#<User:0x1>"] }))],
  [
    "records-in-arguments",
    /^What looks like a whole row/,
    () => push(payload({ args: [{ id: 1, createdAt: 1, updatedAt: 1 }] })),
  ],
  [
    "records-in-arguments",
    /^Records of `crm`/,
    () => push(payload({ args: [{ _aj_globalid: "gid://crm/User/1" }] })),
  ],
  ["records-in-arguments", /^Arguments above 10 kB/, () => push(payload({ args: ["x".repeat(20_000)] }))],
  [
    "retry-strategy",
    /^10 jobs of `OwnJob` \(in the retry set\) failed first/,
    () => failing({ failed_at: Date.now() - 200_000_000 }),
  ],
  ["retry-strategy", /^`OwnJob` fails by `Oops` more than before/, () => failing({ failed_at: Date.now() })],
  ["retry-strategy", /^`OwnJob` has `retry: false`/, () => {}],
  ["error-notifications", /^Nothing in the TypeScript/, () => {}],
  ["long-jobs", /^`OwnJob` takes 60 s on average/, () => ran(redis, "OwnJob", [10, 60_000])],
  ["not-worth-a-job", /^`OwnJob` ran 30000 times/, () => ran(redis, "OwnJob", [30_000, 0.5])],
])("%s: %s is said of the line of `defineJob`", async ([check, says, plant]) => {
  await plant();

  const found = await diagnose(check, { url: server.url, files: DEFINED });

  const { where } = found.find(({ saw }) => says.test(saw)) ?? {};
  expect(where, JSON.stringify(found)).toEqual({ file: "jobs.ts", line: 3 });
});

test("of jobs in several places one is said", async () => {
  await push(payload({ bid: "b" }));
  await redis.zadd("schedule", 4e9, payload({ bid: "b" }));

  const found = await diagnose("payloads", { url: server.url, files: DEFINED });

  expect(found.map(({ saw }) => saw)).toEqual([
    "A batch (`bid`) in 2 jobs of `OwnJob` (one in queue `ts`) on queues that TypeScript serves.",
  ]);
});

test("what the project does not have is where it lies in Redis", async () => {
  await push(payload({ class: "LostJob", bid: "b" }));

  const found = await diagnose("payloads", { url: server.url, files: DEFINED });

  expect(found).toMatchObject([
    {
      where: { redis: "queue ts" },
      saw: "A batch (`bid`) in 1 job of `LostJob` on queues that TypeScript serves.",
    },
  ]);
});
