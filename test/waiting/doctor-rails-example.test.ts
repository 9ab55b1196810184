/** The Rails example under the eyes of `tsq doctor`: as it comes, and with each fault planted in turn. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { beats } from "../support/doctor.ts";
import { FAULTS } from "../support/doctor-faults.ts";
import type { FaultyApp } from "../support/faulty-app.ts";
import { ALL_CHECKS, examine, reportLines, type Examination } from "../support/inside-tsq.ts";
import { hasNativeRedis } from "../support/native-redis.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tsq, write } from "../support/tsq-command.ts";

const EXAMPLE = fileURLToPath(new URL("../../examples/rails/", import.meta.url));

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  await redis.config("SET", "save", "3600 1");
});
afterAll(() => server.stop());
beforeEach(async () => {
  // Not FLUSHALL, at which a server that saves to its disk does so.
  await redis.flushdb();
  await fleet(redis);
});

/** The processes that the example starts. */
const fleet = async (redis: Redis): Promise<void> => {
  await beats(redis, {
    identity: "crm:1:ruby",
    version: "7.3.2",
    queues: ["critical", "default", "mailers", "low"],
  });
  const classes = [
    "BulkNotifyJob",
    "ImportContactsJob",
    "RetryDeadJobsJob",
    "SendZaloMessageJob",
    "ZaloMessageJob",
  ];
  await beats(redis, {
    identity: "crm:2:node",
    version: "tsq 0.1.0",
    queues: ["ts_critical", "ts_low"],
    classes,
  });
};

const examined = async (folder: string, url = server.url): Promise<Examination> =>
  examine({ url, folder, checks: ALL_CHECKS, env: {}, environment: "production" });

const copy = (): { readonly folder: string; readonly app: FaultyApp } => {
  const folder = mkdtempSync(join(tmpdir(), "tsq-doctor-rails-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(EXAMPLE, folder, { recursive: true });
  const app: FaultyApp = {
    url: server.url,
    redis,
    write: (path, text) => write(folder, { [path]: text }),
    edit: (path, from, to) => {
      const text = readFileSync(join(folder, path), "utf8");
      if (!text.includes(from)) throw new Error(`Expected \`${from}\` in ${path}.`);
      write(folder, { [path]: text.replace(from, to) });
    },
    push: async (queue, payload) => {
      await redis.sadd("queues", queue);
      await redis.lpush(`queue:${queue}`, payload);
    },
  };
  return { folder, app };
};

test("untouched it has no error, and what is said of it is true", async () => {
  const { findings, notLooked } = await examined(EXAMPLE);

  expect(notLooked).toEqual([]);
  expect(findings.map(({ level, check }) => `${level} ${check}`)).toEqual([
    // It tells nobody of errors, and leaves retries at their default: it is an example.
    "warning error-notifications",
    "warning error-notifications",
    "note retry-strategy",
  ]);
  const { code } = await tsq(["doctor", EXAMPLE, "--redis", server.url]);
  expect(code).toBe(0);
});

let before: readonly string[] | undefined;

test.for(FAULTS)("%s is found, and nothing else", async ([, plant, found, text]) => {
  const { folder, app } = copy();
  // The same for each: what Redis has is planted anew.
  before ??= placesIn(reportLines(await examined(EXAMPLE)));

  const planted = await plant(app);

  const report = reportLines(await examined(folder, urlIn(planted)));
  const places = placesIn(report);
  for (const place of before) if (places.includes(place)) places.splice(places.indexOf(place), 1);
  expect(places).toEqual([found].flat());
  expect(report.join(" ").replaceAll(/\s+/g, " ")).toContain(text);
  expect(report.filter((line) => line.length > 80)).toEqual([]);
});

if (!hasNativeRedis())
  console.warn("Skipped: a fault of rights in the Rails example, because there is no redis-server on PATH.");

test.runIf(hasNativeRedis()).each([
  ["lmove", "warning", "does not start"],
  ["client|unblock", "note", "does without"],
])(
  "the right to %s that its workers lack is found, a %s, and nothing else",
  async (right, level, follows) => {
    const native = await startRedis({ backend: "native" });
    onTestFinished(() => native.stop());
    const admin = native.client();
    await admin.config("SET", "save", "3600 1");
    await admin.acl("SETUSER", "crm", "on", ">password", "~*", "&*", "+@all", `-${right}`);
    await fleet(admin);
    const before = placesIn(reportLines(await examined(EXAMPLE, native.url)));

    const report = reportLines(
      await examined(EXAMPLE, native.url.replace("redis://", "redis://crm:password@")),
    );

    const places = placesIn(report);
    expect(places.filter((place) => !before.includes(place))).toEqual([`${level} redis-connection  Redis`]);
    expect(report.join(" ")).toContain(
      `refuses ${right.toUpperCase().replace("|", " ")} to the user \`crm\``,
    );
    expect(report.join(" ").replaceAll(/\s+/g, " ")).toContain(follows);
  },
);

test("a Redis that is not there is found, and the project is looked at all the same", async () => {
  const { folder, app } = copy();
  app.edit("Procfile", "../../node_modules/.bin/tsq work", "npx tsq work");

  const { findings, notLooked } = await examined(folder, "redis://127.0.0.1:1");

  expect(findings.map(({ check }) => check)).toContain("redis-connection");
  expect(findings.map(({ check }) => check)).toContain("procfile-worker");
  expect(notLooked.map(({ check }) => check)).toEqual([
    "redis-durability",
    "payloads",
    "long-jobs",
    "not-worth-a-job",
  ]);
});

test("an error handler in each language ends what is said of them", async () => {
  const { folder, app } = copy();
  app.edit(
    "config/initializers/sidekiq.rb",
    "  config.redis = redis\n",
    "  config.redis = redis\n  config.death_handlers << ->(job, error) { }\n",
  );
  app.write(
    "workers/worker.ts",
    `import type { WorkerOptions } from "tsq";\nexport const configureWorker = (own: WorkerOptions) => ({ ...own, errorHandlers: [] });\n`,
  );

  const { findings } = await examined(folder);

  expect(findings.map(({ check }) => check)).toEqual(["retry-strategy"]);
});

test("an error handler in one language says nothing of the other", async () => {
  const { folder, app } = copy();
  app.edit(
    "config/initializers/sidekiq.rb",
    "  config.redis = redis\n",
    "  config.redis = redis\n  config.error_handlers << ->(error, context, config) { }\n",
  );

  const { findings } = await examined(folder);

  expect(findings.map(({ check, saw }) => (check === "error-notifications" ? saw : check))).toEqual([
    "Nothing in the TypeScript of this project tells anybody of errors and deaths of jobs.",
    "retry-strategy",
  ]);
});

test("each check has a fault here", () => {
  const planted = FAULTS.flatMap(([, , found]) => [found].flat()).map((place) => place.split(" ")[1]);

  // The example has that one as it comes.
  const all = [...planted, "error-notifications"];
  expect(ALL_CHECKS.map(({ id }) => id).filter((id) => !all.includes(id))).toEqual([]);
});

/** Of what a fault answers: another server to look at, or nothing that matters. */
const urlIn = (planted: unknown): string | undefined =>
  typeof planted === "object" && planted !== null && "url" in planted ? String(planted.url) : undefined;

/** The first lines of the findings of a report. */
const placesIn = (report: readonly string[]): string[] =>
  report.filter((line) => /^(?:error|warning|note) /.test(line));
