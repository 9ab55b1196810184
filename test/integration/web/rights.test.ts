/** What a dashboard's user may do in Redis: all of it by the documented rule, which has nothing in it that is not needed. */
import { readFileSync } from "node:fs";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { cronTab } from "../../support/inside-tsq.ts";
import { ROUTES } from "../../support/inside-web.ts";
import { hasNativeRedis } from "../../support/native-redis.ts";
import { payloadText } from "../../support/payload-text.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

const DOCUMENT = readFileSync(new URL("../../../docs/operating.md", import.meta.url), "utf8");
const RULE = /^ACL SETUSER dashboard on >password (.*)$/m.exec(DOCUMENT)?.[1]?.split(" ") ?? [];
const LOOKS = [
  ...(/^ACL SETUSER reader on >password (.*)$/m.exec(DOCUMENT)?.[1]?.split(" ") ?? []),
  ...(/that only shows needs beside it\s+`([^`]+)`/.exec(DOCUMENT)?.[1]?.split(" ") ?? []),
];
/** Of the library: refused, it is done without. */
const OPTIONAL = ["client|info", "client|kill", "client|setinfo"];

/** Where there is something to see. */
const LOOKS_AT = [
  "/",
  "/busy",
  "/queues",
  "/queues?order=oldest",
  "/queues/default",
  "/queues/default?q=class:HardJob",
  "/retries",
  "/retries?substr=job",
  "/retries?q=class:HardJob",
  "/retries/1-retry0",
  "/scheduled",
  "/morgue",
  "/errors",
  "/search?q=class:HardJob",
  "/ended",
  "/bulk",
  "/metrics",
  "/metrics/HardJob",
  "/jobs/job3",
  "/jobs/runs",
  "/jobs/job3/payload",
  "/audit",
  "/audit?as=csv",
  "/stats",
  "/cron",
];
const IN_PATHS: Readonly<Record<string, string>> = {
  ":name": "default",
  ":jid": "job3",
  ":class": "HardJob",
  ":id": "none",
  ":namespace": "default",
};
const KEYS: Readonly<Record<string, string>> = {
  retries: "1-retry0",
  scheduled: "1-schedule0",
  morgue: "1-dead0",
};
const ALL_PATHS = [
  ...ROUTES,
  ...(cronTab().routes ?? []).map(({ method, path }) => ({ method, path: `/cron${path}` })),
]
  .filter(({ method }) => method === "GET")
  .map(({ path }) =>
    path.replaceAll(/:\w+/g, (part) => IN_PATHS[part] ?? KEYS[path.split("/")[1] ?? ""] ?? part),
  );

if (!hasNativeRedis())
  console.warn("Skipped: the rights of dashboards, because there is no redis-server on PATH.");

describe.runIf(hasNativeRedis())("a dashboard whose user has", () => {
  let server: TestRedis;
  let admin: Redis;

  beforeAll(async () => {
    server = await startRedis({ backend: "native" });
    admin = server.client();
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await admin.flushdb();
    await admin.script("FLUSH");
    const texts = Array.from({ length: 12 }, (_, i) => payloadText({ jid: `job${i}` }));
    await admin.lpush("queue:default", ...texts);
    await admin.sadd("queues", "default");
    for (const set of ["retry", "schedule", "dead"])
      await admin.zadd(set, ...texts.flatMap((text, i) => [i + 1, text.replace('"job', `"${set}`)]));
    // One that somebody had cancelled before.
    await admin.hset("it-retry0", { ex: "0", c: "null", rt: "0", cancelled: "1" });
    await admin.sadd("processes", "one:1:abc");
    await admin.hset("one:1:abc", { info: '{"version":"tsq 0.1.0","queues":["default"]}', busy: 1 });
    await admin.hset(
      "one:1:abc:work",
      "t",
      JSON.stringify({ payload: payloadText({ jid: "runs" }), run_at: 5 }),
    );
  });

  const serve = async (rule: readonly string[], readOnly = false): Promise<Served> => {
    await admin.acl("SETUSER", "one", "reset", "on", ">password", ...rule);
    await admin.acl("LOG", "RESET");
    const redis = { host: "127.0.0.1", port: server.port, username: "one", password: "password" };
    return serveDashboard({ redis, readOnly });
  };
  const refused = async (): Promise<readonly string[]> =>
    // Field and value follow each other.
    ((await admin.acl("LOG")) as string[][])
      .map((entry) => entry[entry.indexOf("object") + 1] ?? "")
      .filter((object) => !OPTIONAL.includes(object));
  const look = async (dashboard: Served, isReadOnly = false): Promise<void> => {
    for (const path of LOOKS_AT) expect([path, (await dashboard.get(path)).status]).toEqual([path, 200]);
    // And every page and question that there is, so that none is forgotten: a queue may have nothing to ask about.
    for (const path of ALL_PATHS) {
      const { status } = await dashboard.get(path);
      expect([path, status]).toEqual([path, expect.toBeOneOf([200, 302, 404, ...(isReadOnly ? [403] : [])])]);
    }
  };
  const act = async (dashboard: Served): Promise<void> => {
    for (const [path, form] of [
      ["/jobs/runs", { cancel: "1" }],
      ["/jobs/job1", { kill: "1" }],
      ["/jobs/job2", { delete: "1" }],
      ["/retries", { "key[]": "1-retry0", retry: "1" }],
      ["/retries/2-retry1", { kill: "1" }],
      ["/scheduled/1-schedule0", { add_to_queue: "1" }],
      ["/morgue/1-dead0", { delete: "1" }],
      ["/morgue/2-dead1", { retry: "1" }],
      ["/retries/all/kill", {}],
      ["/scheduled/all/add_to_queue", {}],
      ["/morgue/all/retry", {}],
      ["/retries/all/delete", { as_of: "1", expected: "0" }],
      ["/retries/all/delete", {}],
      ["/queues/default", { pause: "1" }],
      ["/queues/default", { unpause: "1" }],
      ["/queues/default/delete", { "key[]": "job5" }],
      ["/queues/default", { delete: "1", expected: "3" }],
      ["/queues/default", {}],
      ["/busy", { identity: "one:1:abc", quiet: "1" }],
    ] as const)
      expect([path, form, (await dashboard.post(path, form)).status]).toEqual([path, form, 302]);
  };

  test("the documented rights looks at everything and does everything, and uses each of them", async () => {
    const dashboard = await serve(RULE);
    try {
      await admin.config("RESETSTAT");
      await look(dashboard);
      await act(dashboard);
    } finally {
      await dashboard.stop();
    }

    expect(await refused()).toEqual([]);
    const stats = await admin.info("commandstats");
    const used = new Set([...stats.matchAll(/cmdstat_([a-z|]+):/g)].map(([, name]) => name));
    const unused = RULE.filter((right) => right.startsWith("+"))
      .map((right) => right.slice(1))
      // Sent at the start and the end of a connection, or of a script that the server does not know.
      .filter((name) => !["ping", "select", "eval", "evalsha", "mset"].includes(name) && !used.has(name));
    expect(unused).toEqual([]);
  });

  test("the rights of readers and what the document adds looks at everything", async () => {
    const dashboard = await serve(LOOKS, true);
    try {
      await look(dashboard, true);
    } finally {
      await dashboard.stop();
    }

    expect(await refused()).toEqual([]);
  });
});
