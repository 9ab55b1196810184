/**
 * The jobs of the demo, as an application defines its own: the name that is on the wire (what Ruby would call the
 * class), Sidekiq's options, and the function that does the work. In a .ts file the types stand without comments.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { defineJob } from "tsq";
import { defineCron } from "tsq/cron";

/** The queues they are on. Of six jobs three are taken from `critical`, two from `default` and one from `low`, on average. */
export const QUEUES = ["critical,3", "default,2", "low,1"];

/** An everyday job. What it waits for, a mail server or an API, gets the signal, so that a stop need not wait long. */
export const hello = defineJob("HelloJob", { queue: "default" }, async (job, /** @type {string} */ name) => {
  await sleep(40, undefined, { signal: job.signal });
  job.logger.info(`Hello, ${name}!`);
});

/** Pushed with `performIn`: it waits in the schedule until it is due. */
export const reminder = defineJob("ReminderJob", { queue: "default" }, (job, /** @type {string} */ what) => {
  job.logger.info(`It is time for ${what}`);
});

/** Reminds every minute. */
export const coffee = defineCron("coffee", {
  cron: "* * * * *",
  class: reminder,
  args: ["coffee, once more"],
});

/** Fails the first time. Sidekiq waits `count ** 4 + 15` seconds before it tries again; this job shortens that. */
export const flaky = defineJob(
  "FlakyJob",
  { queue: "default", retry: 3, retryIn: () => 1 },
  (job, /** @type {string} */ city) => {
    if (job.attempt === 1) throw new Error(`No connection to ${city}`);
  },
);

/** Fails, and with `retry: 0` is given no second chance: it goes to the dead set, where somebody can look at it. */
export const doomed = defineJob(
  "DoomedJob",
  { queue: "low", retry: 0 },
  (job, /** @type {number} */ account) => {
    throw new Error(`Account ${account} does not exist`);
  },
);

/** Fails until somebody gives it a card: the dashboard's "Edit and retry" can. */
export const charge = defineJob(
  "ChargeJob",
  { queue: "critical", retry: 5, retryIn: () => 600 },
  (job, /** @type {string} */ customer, /** @type {string} */ card) => {
    if (!/^\d+$/.test(card)) throw new Error(`Expected a number of a card of ${customer}, got "${card}"`);
  },
);

/** Runs until somebody cancels it, which the dashboard does on its page Busy. */
export const countStock = defineJob(
  "CountStockJob",
  { queue: "low", retry: false },
  async (job, /** @type {string} */ warehouse) => {
    for (let shelf = 1; ; shelf++) {
      job.logger.info(`Shelf ${shelf} of ${warehouse}`);
      await sleep(1_000, undefined, { signal: job.signal });
    }
  },
);

/** So short and so many that nobody is told of each. */
export const visit = defineJob("VisitJob", { queue: "default" }, async (job, /** @type {string} */ page) => {
  await sleep(5 + (page.length % 7) * 20, undefined, { signal: job.signal });
});

/** On a queue that the demo's worker does not serve: its jobs wait until somebody moves them to another. */
export const report = defineJob("ReportJob", { queue: "reports" }, (job, /** @type {string} */ month) => {
  job.logger.info(`The report of ${month}`);
});
