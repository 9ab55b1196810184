/** What a dashboard shows besides jobs and processes: hours of metrics, a schedule, a trail of what was done. */
import { ApiConnection, AuditTrail } from "../../packages/core/dist/api/index.js";
import {
  bucketsUntil,
  metricsLayouts,
  MINUTE_MS,
  MINUTES_KEPT,
} from "../../packages/core/dist/wire/metrics-layout.js";
import { connect, open } from "../../packages/core/dist/redis/connect.js";
import { readDefinition } from "../../packages/cron/dist/entry/definition.js";
import { layoutOf } from "../../packages/cron/dist/entry/layout.js";
import { saveEntry } from "../../packages/cron/dist/entry/save.js";
import { CLASSES } from "./shop-jobs.mjs";

const ALL_CLASSES = [...CLASSES, ...Array.from({ length: 45 }, (_, i) => `Reports::Monthly${i}Job`)];
const HISTOGRAM = Buffer.alloc(52, "\0\u0003");

export const fillCompany = async (redis, url, { entries, audited }) => {
  await fillMetrics(redis);
  await fillCron(url, entries);
  await fillAudit(url, audited);
};

/** Eight hours by the minute, fifty classes in each. */
const fillMetrics = async (redis) => {
  for (const ms of bucketsUntil(Date.now(), MINUTES_KEPT, MINUTE_MS)) {
    const pipeline = redis.pipeline();
    const counts = Object.fromEntries(
      ALL_CLASSES.flatMap((name, i) => [
        [`${name}|ms`, 40_000 + i],
        [`${name}|p`, 120 + i],
        [`${name}|f`, i % 4],
      ]),
    );
    for (const [key] of metricsLayouts[8].counters(ms)) pipeline.hset(key, counts);
    pipeline.set(metricsLayouts[8].histogram(CLASSES[0], ms), HISTOGRAM);
    await pipeline.exec();
  }
};

/** From every five minutes to once a day. */
const fillCron = async (url, count) => {
  const redis = connect(url, "client");
  open(redis);
  const layout = layoutOf(2, "default");
  for (let i = 0; i < count; i++) {
    const cron = [`${i % 5}-59/5 * * * *`, `${i % 60} * * * *`, `${i % 60} ${i % 24} * * *`][i % 3];
    const options = { cron, class: ALL_CLASSES[i % ALL_CLASSES.length], args: [i] };
    await saveEntry(readDefinition(`entry ${i}`, options, "dynamic"), {
      redis,
      layout,
      nowMs: Date.now() - 60_000,
    });
  }
  redis.disconnect();
};

const fillAudit = async (url, count) => {
  const api = new ApiConnection({ redis: url });
  const trail = new AuditTrail(api);
  for (let i = 0; i < count; i++) {
    await trail.write({
      user: `someone-${i % 20}@example.com`,
      role: "operator",
      action: ["set.retry.retry", "queue.pause", "job.delete"][i % 3],
      subject: `job ${i}`,
      outcome: "done",
      count: 1 + (i % 50),
      reason: i % 4 === 0 ? "the gateway was down" : "",
      note: "",
    });
  }
  await api.close();
};
