/** One secret in every text that a job has or that is kept of it: it stands on none of its pages, wherever the job is. */
import { packBacktrace } from "@tsq/core/protocol";
import { expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();

const SECRET = "hunter2 of ada";
const DUE = 1_900_000_000;
const TRACE = [`app/jobs/hard.rb:3 in-trace ${SECRET}`, `/gems/rack/call.rb:7 in-library ${SECRET}`];

const payload = (jid: string, trace: unknown) =>
  JSON.stringify({
    class: "HardJob",
    args: [{ password: SECRET }, "in-arguments"],
    jid,
    queue: "q",
    created_at: 1_000,
    error_class: "Refused",
    error_message: `in-message ${SECRET}`,
    error_backtrace: trace,
    failed_at: Date.now(),
    retry_count: 1,
    cattr: { tenant: `in-context ${SECRET}` },
    note: `in-payload ${SECRET}`,
  });

/** As a worker keeps it: cut, where it is long. */
const failure = (attempt: number, message: string) =>
  JSON.stringify({
    atMs: 1_700_000_000_000 + attempt,
    attempt,
    error_class: "Refused",
    error_message: message.slice(0, 500),
  });

/** Also what is kept beside it. */
const keep = async (jid: string) => {
  await stage.redis.hset(`it-${jid}`, { ex: "3", c: JSON.stringify(`in-cursor ${SECRET}`), rt: "12.5" });
  await stage.redis.zadd(
    `tsq:attempts:${jid}`,
    1,
    failure(1, `in-kept ${SECRET}`),
    2,
    failure(2, `${`${SECRET} `.repeat(33)}and ${SECRET}`),
  );
};

const fill = async (trace: unknown) => {
  for (const [set, jid] of [
    ["retry", "in-retry"],
    ["schedule", "in-schedule"],
    ["dead", "in-dead"],
  ] as const) {
    await stage.redis.zadd(set, DUE, payload(jid, trace));
    await keep(jid);
  }
  await stage.redis.sadd("queues", "q");
  await stage.redis.lpush("queue:q", payload("in-queue", trace));
  await keep("in-queue");
  const now = Math.floor(Date.now() / 1_000);
  const info = { hostname: "h", pid: 1, concurrency: 5, queues: ["q"], identity: "h:1:a", version: "8.1.7" };
  await stage.redis.sadd("processes", "h:1:a");
  await stage.redis.hset("h:1:a", { info: JSON.stringify(info), busy: 1, beat: now, quiet: "false" });
  const work = { queue: "q", payload: payload("running", trace), run_at: now - 90 };
  await stage.redis.hset("h:1:a:work", "t1", JSON.stringify(work));
  await keep("running");
};

const JIDS = ["in-retry", "in-schedule", "in-dead", "in-queue", "running"];
const ENTRIES = [`/retries/${DUE}-in-retry`, `/scheduled/${DUE}-in-schedule`, `/morgue/${DUE}-in-dead`];
const PAGES = [
  "/",
  "/busy",
  "/queues/q",
  "/retries",
  "/scheduled",
  "/morgue",
  "/errors",
  "/errors?q=class:HardJob",
  "/search?q=class:HardJob",
  "/queues/q?q=class:HardJob",
  ...JIDS.flatMap((jid) => [`/jobs/${jid}`, `/jobs/${jid}/payload`, `/jobs/${jid}/delete`]),
  ...ENTRIES.flatMap((own) => [own, `${own}/delete`, `${own}/edit`]),
];
/** Where each of its texts stands on the page of a job. */
const LABELS = [
  "in-arguments",
  "in-message",
  "in-trace",
  "in-library",
  "in-context",
  "in-payload",
  "in-cursor",
  "in-kept",
];

const plainOf = (text: string) => text.replaceAll(/<wbr>|<\/?bdi[^>]*>/g, "");

test.each([
  ["packed", packBacktrace(TRACE)],
  ["as a list", TRACE],
  ["that cannot be read", `eJw${Buffer.from(SECRET).toString("base64")}`],
])("with a backtrace %s", async (_, trace) => {
  await fill(trace);
  const dashboard = await stage.serve();

  for (const path of PAGES) {
    const text = plainOf((await dashboard.get(path)).text);
    expect([path, text]).toEqual([path, expect.not.stringMatching(/hunter2|of ada/)]);
    if (typeof trace === "string") expect([path, text.includes(trace)]).toEqual([path, false]);
  }
});

test("and each of these texts is on the page of the job, but for the secret", async () => {
  await fill(packBacktrace(TRACE));
  const dashboard = await stage.serve();

  for (const path of [...JIDS.map((jid) => `/jobs/${jid}`), ...ENTRIES]) {
    const text = plainOf((await dashboard.get(path)).text);
    expect([path, LABELS.filter((label) => !text.includes(label))]).toEqual([path, []]);
  }
  expect(plainOf((await dashboard.get("/busy")).text)).toContain("in-cursor [masked]");
});
