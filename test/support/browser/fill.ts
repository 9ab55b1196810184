/** A Redis as a shop's may look, on a bad day: jobs everywhere, processes of both languages, and names that an attacker chose. */
import type { Redis } from "ioredis";

/** What would do something if a page believed it: markup, an end of an attribute, and signs that turn or hide text. */
export const HOSTILE = `<img src=x onerror=alert(1)><script>alert(2)</script>" onfocus=alert(3) autofocus x='\u202e\u0007\u200bJob`;
/** One that has no place to break a line. */
export const LONG = "AVeryLongNameWithoutEnd".repeat(8).toLowerCase();

/** The names in addresses of pages. */
export interface Filled {
  readonly retry: string;
  readonly scheduled: string;
  readonly dead: string;
  /** Of a job in whose every field something hostile stands. */
  readonly hostileRetry: string;
  readonly identity: string;
}

const MINUTE = 60_000;
const CLASSES = [
  "Billing::CapturePaymentJob",
  "Images::ThumbnailJob",
  "Mail::ReceiptJob",
  "Search::ReindexJob",
  "Webhooks::DeliverJob",
  HOSTILE,
];
const ERRORS = [
  ["Stripe::CardError", "Your card was declined. Request req_8f31 for customer 4711 may be tried again"],
  ["Timeout::Error", "execution expired after 30 s"],
  ["Net::OpenTimeout", "Failed to open TCP connection to hooks.example.com:443"],
  [HOSTILE, `${HOSTILE} ${LONG}`],
] as const;
const QUEUES = ["critical", "default", "mailers", "low"];

/** Fills an empty database. */
export const fill = async (redis: Redis, nowMs = Date.now()): Promise<Filled> => {
  const pipeline = redis.pipeline();
  const now = nowMs / 1_000;
  const scores = { retry: now + 33.5, schedule: now + 333.5, dead: now - 33.5 };
  for (let i = 0; i < 40; i++) {
    pipeline.zadd("retry", scores.retry + i * 61, failed(i, now));
    pipeline.zadd("schedule", scores.schedule + i * 601, JSON.stringify(job(i, now, "s")));
    pipeline.zadd("dead", scores.dead - i * 3_601, failed(i, now, "d"));
  }
  pipeline.zadd("retry", scores.retry + 5, hostile(now), scores.retry + 6, `${HOSTILE} no job`);
  for (const [i, queue] of [...QUEUES, "webhooks", HOSTILE].entries()) {
    pipeline.sadd("queues", queue);
    for (let n = 0; n < 37 - i * 6; n++) {
      pipeline.lpush(
        `queue:${queue}`,
        JSON.stringify({ ...job(n, now - 900, `q${i}-`), queue, ...contextOf(n) }),
      );
    }
  }
  pipeline.lpush("queue:critical", hostile(now), HOSTILE);
  pipeline.sadd("paused", "webhooks");
  for (const [i, as] of ["done", "drop", "discard", "cancelled", "late", HOSTILE].entries()) {
    const [atMs, jid] = [nowMs - i * MINUTE, i === 0 ? "ended" : `e${i}${HOSTILE}`];
    const kept = {
      class: CLASSES[i % CLASSES.length],
      queue: "low",
      identity: "worker-1:4127:ab",
      ms: 1_200,
    };
    pipeline.zadd("tsq:finished", atMs, JSON.stringify({ ...kept, atMs, jid, as, waited: 60 * i }));
  }
  days(pipeline, nowMs);
  minutes(pipeline, nowMs);
  processes(pipeline, now);
  await pipeline.exec();
  return {
    retry: `${scores.retry}-r0`,
    scheduled: `${scores.schedule}-s0`,
    dead: `${scores.dead}-d0`,
    hostileRetry: `${scores.retry + 5}-${HOSTILE}`,
    identity: "worker-1:4127:ab",
  };
};

type Pipeline = ReturnType<Redis["pipeline"]>;

const job = (i: number, now: number, prefix: string) => ({
  class: CLASSES[i % CLASSES.length] ?? "",
  args: [
    `gid://shop/Payment/${53_796 + i}`,
    { width: 320, note: i % 7 === 3 ? HOSTILE : "first try" },
    [1, 2.5, null, true],
  ],
  jid: `${prefix}${i}`,
  queue: QUEUES[i % QUEUES.length] ?? "",
  retry: true,
  tags: i % 3 === 0 ? ["billing", i % 2 === 0 ? "eu" : HOSTILE] : [],
  created_at: now - 1_900 + i,
  enqueued_at: now - 1_800 + i,
});

const failed = (i: number, now: number, prefix = "r") => {
  const [error, message] = ERRORS[i % ERRORS.length] ?? ERRORS[0];
  return JSON.stringify({
    ...job(i, now, prefix),
    error_class: error,
    error_message: message,
    error_backtrace: [
      "app/models/payment.rb:118:in 'Payment#capture!'",
      "/gems/stripe-9.1/lib/stripe/client.rb:12:in 'request'",
      "/gems/stripe-9.1/lib/stripe/client.rb:88:in 'handle'",
      "app/jobs/capture_payment_job.rb:9:in 'perform'",
    ],
    retry_count: i % 9,
    failed_at: now - 1_700 + i,
    retried_at: now - 300 + i,
  });
};

const hostile = (now: number) =>
  JSON.stringify({
    class: HOSTILE,
    args: [HOSTILE, { [HOSTILE]: HOSTILE }, LONG, `javascript:alert(4)`],
    jid: HOSTILE,
    queue: HOSTILE,
    tags: [HOSTILE, LONG, ...Array.from({ length: 9 }, (_, i) => `${LONG}${i}`)],
    created_at: now,
    error_class: HOSTILE,
    error_message: HOSTILE + LONG,
    error_backtrace: [HOSTILE, LONG],
    retry_count: 2,
  });

const days = (pipeline: Pipeline, nowMs: number): void => {
  for (let i = 0; i < 40; i++) {
    const day = new Date(nowMs - i * 24 * 60 * MINUTE).toISOString().slice(0, 10);
    pipeline.set(`stat:processed:${day}`, 9_000 + ((i * 37) % 9) * 700);
    pipeline.set(`stat:failed:${day}`, 120 * (i % 5));
  }
  pipeline.set("stat:processed", 399_612).set("stat:failed", 9_412);
};

/** As Sidekiq 8 writes them. */
const minutes = (pipeline: Pipeline, nowMs: number): void => {
  for (let i = 0; i < 60; i++) {
    const at = new Date(nowMs - i * MINUTE);
    const day = at.toISOString().slice(2, 10).replaceAll("-", "");
    const key = `j|${day}|${at.getUTCHours()}:${String(at.getUTCMinutes()).padStart(2, "0")}`;
    for (const [c, name] of CLASSES.entries()) {
      const runs = 30 + ((i * 7 + c * 11) % 40);
      pipeline.hset(key, {
        [`${name}|p`]: runs,
        [`${name}|f`]: i % (c + 3),
        [`${name}|ms`]: runs * 90 * (c + 1),
      });
      const histogram = `h|${name}-${at.getUTCDate()}-${at.getUTCHours()}:${at.getUTCMinutes()}`;
      for (let b = 4; b < 11; b++)
        pipeline.call("BITFIELD", histogram, "SET", "u16", `#${b}`, String((b * 5 + i) % 30));
    }
  }
};

const processes = (pipeline: Pipeline, now: number): void => {
  const fleet = [
    { hostname: "worker-1", pid: 4_127, tag: "shop", version: "8.1.7", labels: [] },
    { hostname: "node-2", pid: 802, tag: "mail", version: "tsq 0.1.0", labels: ["reliable"] },
    { hostname: HOSTILE, pid: 7, tag: LONG, version: HOSTILE, labels: [HOSTILE, LONG] },
  ];
  for (const [i, { hostname, pid, tag, version, labels }] of fleet.entries()) {
    const identity = `${hostname}:${pid}:${"abc".slice(i, i + 1)}b`;
    const own = i === 2 ? [HOSTILE, LONG] : ["critical", "default"];
    pipeline.sadd("processes", identity).hset(identity, {
      info: JSON.stringify({
        hostname,
        pid,
        tag,
        version,
        labels,
        identity,
        started_at: now - 78_000,
        concurrency: 10,
        queues: own,
        weights: [{ critical: 5, default: 2 }],
      }),
      concurrency: "10",
      busy: "3",
      beat: String(now),
      quiet: i === 1 ? "true" : "false",
      rss: "717000",
      rtt_us: "311",
    });
    for (let t = 0; t < 3; t++) {
      const payload = t === 1 ? hostile(now) : JSON.stringify(job(t, now, "w"));
      const run = {
        queue: t === 1 ? HOSTILE : "critical",
        payload,
        run_at: Math.floor(now) - 47 * (t + 1) ** 3,
      };
      pipeline.hset(`${identity}:work`, t === 1 ? HOSTILE : `t${t}`, JSON.stringify(run));
    }
  }
};

/** Of every other job, whom it is for. */
const contextOf = (n: number) =>
  n % 2 === 0 ? { cattr: { tenant: ["de", "fr", "jp"][n % 3], user: 4_000 + n } } : {};
