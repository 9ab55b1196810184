/** `tsq doctor` as its users run it. */
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Redis } from "ioredis";
import { ALL_CHECKS, widthOf } from "../support/inside-tsq.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { application, tsq } from "../support/tsq-command.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());

const FILES = {
  Procfile: "worker: sidekiq -q default,1\n",
  "app/jobs/a_job.rb": "class AJob < ApplicationJob\n  queue_as :elsewhere\n  def perform; end\nend\n",
};

test("an error makes exit code 1, with place, cause and what to do in 80 columns", async () => {
  const { code, stdout, stderr } = await tsq(["doctor", "--redis", server.url], { cwd: application(FILES) });

  expect([code, stderr]).toEqual([1, ""]);
  expect(stdout).toMatch(/^error queue-priorities {2}app\/jobs\/a_job.rb:2$/m);
  expect(stdout).toMatch(/^ {2}`AJob` goes to `elsewhere`\./m);
  expect(stdout).toMatch(/^ {2}Why: \S/m);
  expect(stdout).toMatch(/^ {2}Do: {2}add `elsewhere` to the queues of a worker \(`-q elsewhere`, /m);
  expect(stdout).toMatch(/1 error, .*Looked at: /);
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test("what it says has room in a terminal that is narrow, whatever the width of its letters", async () => {
  const name = "非常に長い名前のクラス".repeat(4);
  await redis.rpush(`queue:${name}`, '{"class":"A","jid":"a"}');
  await redis.sadd("queues", name);
  await redis.hset("web:1:a", { info: '{"queues":["default"]}' });
  await redis.sadd("processes", "web:1:a");
  onTestFinished(async () => void (await redis.flushdb()));
  const args = ["doctor", "--only", "queue-priorities", "--redis", server.url];

  for (const width of [60, 80, 200]) {
    const { stdout } = await tsq(args, { cwd: application(FILES), env: { COLUMNS: `${width}` } });
    expect(stdout.replaceAll(/\s/g, "")).toContain(name);
    const tooWide = stdout.split("\n").filter((line) => widthOf(line) > Math.min(width, 80));
    expect(tooWide).toEqual([]);
  }
});

test("says at the top how much it has found, and once what would be read of several again", async () => {
  await redis.multi().zadd("retry", 1, "no json").zadd("schedule", 1, "no json").exec();
  onTestFinished(async () => void (await redis.del("retry", "schedule")));
  const args = ["doctor", "--only", "payloads", "--only", "queue-priorities", "--redis", server.url];

  const { stdout } = await tsq(args, { cwd: application(FILES) });

  expect(stdout).toMatch(/^Redis .*\n3 errors, 0 warnings, 0 notes\.\n\nERRORS\n/);
  expect(stdout).toMatch(
    /^error payloads {2}Redis, set schedule\n.*\nerror payloads {2}Redis, set retry\n.*\n {2}Why: /m,
  );
  expect(stdout.match(/^ {2}Why: /gm)).toHaveLength(2);
});

test("without an error it is 0", async () => {
  const { code, stdout } = await tsq(["doctor", "--skip", "queue-priorities", "--redis", server.url], {
    cwd: application(FILES),
  });

  expect(code).toBe(0);
  expect(stdout).toContain("0 errors");
});

test("it names the folder in full, and says that there are no jobs where there are none", async () => {
  const cwd = application(FILES);

  const { stdout } = await tsq(["doctor", "--only", "payloads", "--redis", server.url], { cwd });

  expect(stdout.replaceAll(/\s+/g, "")).toContain(`,folder${realpathSync(cwd)}0errors`);
  expect(stdout.replaceAll(/\s+/g, " ")).toContain("; no jobs, as there are none; ");
});

test("of a Redis that is away it says how to have one, and which checks have not looked", async () => {
  const { code, stdout } = await tsq(["doctor", "--redis", "redis://127.0.0.1:1"], {
    cwd: application({}),
  });

  expect(code).toBe(1);
  const text = stdout.replaceAll(/\s+/g, " ");
  expect(text).toContain("For development `tsq dev` starts one by itself.");
  expect(text).toContain(
    "NOT LOOKED AT redis-durability, payloads, long-jobs, not-worth-a-job: Redis cannot be used 1 error,",
  );
});

test("in a folder without sources it asks whether that is the right one", async () => {
  const args = ["doctor", "--only", "error-notifications", "--redis", server.url];
  const asks = /0\s+sources\.\s+In\s+this\s+folder\s+there\s+are\s+no\s+sources:/;

  const [empty, full] = await Promise.all([tsq(args), tsq(args, { cwd: application(FILES) })]);

  expect([empty.code, full.code]).toEqual([0, 0]);
  expect(empty.stdout).toMatch(asks);
  expect(full.stdout).not.toMatch(asks);
});

test.for([
  ["-e", ["-e", "staging"], { APP_ENV: "production" }, "of_staging"],
  ["APP_ENV", [], { APP_ENV: "staging", RAILS_ENV: "production" }, "of_staging"],
  ["RAILS_ENV", [], { RAILS_ENV: "staging", RACK_ENV: "production" }, "of_staging"],
  ["RACK_ENV", [], { RACK_ENV: "staging" }, "of_staging"],
  ["nobody", [], {}, "of_production"],
] as const)("the section of sidekiq.yml is the one that %s names", async ([, args, env, last]) => {
  const sections = ["staging", "production", "development"].map(
    (name) => `${name}:\n  :queues: [first, of_${name}]\n`,
  );
  const cwd = application({ "config/sidekiq.yml": sections.join("") });

  const { stdout } = await tsq(
    ["doctor", "--only", "queue-priorities", "--json", "--redis", server.url, ...args],
    {
      cwd,
      env,
    },
  );

  const { findings } = JSON.parse(stdout) as { findings: { saw: string }[] };
  expect(findings.map(({ saw }) => /`(\w+)` last\.$/.exec(saw)?.[1])).toEqual([last]);
});

test("--json has stable keys", async () => {
  const folder = application(FILES);

  const { code, stdout } = await tsq([
    "doctor",
    folder,
    "--json",
    "--only",
    "queue-priorities",
    "--redis",
    server.url,
  ]);

  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toEqual({
    redis: server.url,
    folder,
    errors: 1,
    warnings: 0,
    notes: 0,
    findings: [
      {
        check: "queue-priorities",
        level: "error",
        file: "app/jobs/a_job.rb",
        line: 2,
        redis: null,
        saw: expect.any(String),
        why: expect.any(String),
        remedy: expect.any(String),
      },
    ],
    looked: ["queue-priorities"],
    not_looked: [],
    jobs: null,
    sources: { files: 1, cut: false },
  });
});

test("--list has all checks, and needs no Redis", async () => {
  const { code, stdout } = await tsq(["doctor", "--list", "--redis", "redis://127.0.0.1:1"]);

  expect(code).toBe(0);
  for (const { id, level } of ALL_CHECKS) expect(stdout).toMatch(new RegExp(`^${id} +${level} +\\S`, "m"));
  expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
});

test.for([
  [["--only", "redis-conection"], "Did you mean `redis-connection`?"],
  [["--skip", "nothing"], "There are redis-connection, "],
  [["no-such-folder"], "Expected the folder of a project, got `no-such-folder`"],
] as const)("%j is refused", async ([args, message]) => {
  const { code, stdout, stderr } = await tsq(["doctor", ...args]);

  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain(message);
});

test("names from Redis never reach the terminal as it would obey them", async () => {
  const name = "\u001b[31mred\u009b0m\u202e";
  await redis.sadd("queues", name);
  await redis.lpush(`queue:${name}`, '{"class":"A"}');
  await redis.hset("web:1:a", { info: '{"queues":["default"]}' });
  await redis.sadd("processes", "web:1:a");

  const args = ["doctor", "--only", "queue-priorities", "--redis", server.url];
  const [text, json] = [await tsq(args), await tsq([...args, "--json"])];

  await redis.flushdb();
  expect(text.stdout).toContain("\\x1b[31mred\\x9b0m\\u202e");
  // oxlint-disable-next-line no-control-regex -- that is what a terminal obeys
  for (const { stdout } of [text, json]) expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]/);
  expect(JSON.stringify(JSON.parse(json.stdout))).toContain(JSON.stringify(name).slice(1, -1));
});

/** Every key, with its bytes. */
const all = async (): Promise<readonly unknown[]> => {
  const keys = (await redis.keys("*")).toSorted();
  return Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)]));
};

test("nothing is written, whatever it looks at", async () => {
  await redis.sadd("queues", "default");
  await redis.lpush("queue:default", '{"class":"A","jid":"a"}', "no json");
  await redis.zadd("retry", 1, '{"class":"B","jid":"b"}');
  await redis.config("RESETSTAT");
  const before = await all();

  await tsq(["doctor", "--redis", server.url]);

  const stats = await redis.info("commandstats");
  const commands = [...stats.matchAll(/^cmdstat_([^:]+):/gm)].map(([, command]) => command as string);
  const reading = new Set(
    "dump keys multi exec info ping select client|setinfo config|resetstat config|get time smembers sscan scard zcard zcount llen lrange lindex hmget hget hgetall mget get exists zrange zrevrange zrangebyscore eval quit hlen type".split(
      " ",
    ),
  );
  expect(commands.filter((command) => !reading.has(command))).toEqual([]);
  expect(await all()).toEqual(before);
  await redis.flushdb();
});

test("nothing of a project is run", async () => {
  const trap = (name: string) => `import { writeFileSync } from "node:fs";\nwriteFileSync("${name}", "");\n`;
  const cwd = application({
    "jobs.ts": `${trap("ran-ts")}import { defineJob } from "tsq";\nexport const a = defineJob("AJob", {}, async () => {});\n`,
    "jobs.js": trap("ran-js"),
    "app/a.rb": 'File.write("ran-rb", "")\n',
    "config/sidekiq.yml": '<% File.write("ran-yml", "") %>\n:queues: [default]\n',
    "config/schedule.yml": 'a:\n  cron: "<% File.write("ran-erb", "") %>0 2 * * *"\n  class: AJob\n',
    Procfile: "worker: touch ran-procfile; tsq work\n",
    "package.json": '{"scripts":{"worker":"touch ran-script"}}',
  });

  await tsq(["doctor", "--redis", server.url], { cwd });

  expect(readdirSync(cwd).filter((name) => name.startsWith("ran"))).toEqual([]);
});

test("a user who has the documented rights of readers is refused nothing", async () => {
  const document = readFileSync(new URL("../../docs/operating.md", import.meta.url), "utf8");
  const rule = /^ACL SETUSER reader (.*)$/m.exec(document)?.[1]?.split(" ") ?? [];
  await redis.acl("SETUSER", "reader", ...rule);
  await redis.sadd("queues", "default");
  await redis.lpush("queue:default", '{"class":"A","jid":"a"}');
  await redis.hset("tsq:owners", "gone:1:a~default~0", "default");
  const reader = `redis://reader:password@127.0.0.1:${server.port}/0`;

  const { stdout, stderr } = await tsq(["doctor", "--json"], { env: { REDIS_URL: reader } });

  await redis.flushdb();
  expect(stderr).toBe("");
  const { not_looked: notLooked, jobs } = JSON.parse(stdout) as Readonly<Record<string, unknown>>;
  expect([notLooked, jobs]).toEqual([[], { looked: 1, total: 1, queues_left_out: 0 }]);
  expect(stdout).not.toContain("password");
});

test("a key that is another's keeps one check from looking, and no other", async () => {
  await redis.set("tsq:owners", "mine");

  const { stdout } = await tsq(["doctor", "--redis", server.url]);

  await redis.flushdb();
  expect(stdout).toMatch(/^NOT LOOKED AT\n {2}fleet: Redis at \S+ holds something else/m);
});

test("its document has a row for each check, as the code has it", () => {
  const document = readFileSync(new URL("../../docs/doctor.md", import.meta.url), "utf8");
  const rows = [...document.matchAll(/^\| \[?`([\w-]+)`[^|]*\| (error|warning|note) \|/gm)];

  expect(rows.map(([, id, level]) => [id, level])).toEqual(ALL_CHECKS.map(({ id, level }) => [id, level]));
});
