/** Jobs as a shop has them, numbered: the same in each run. */
import { createHash } from "node:crypto";

export const QUEUE_NAMES = ["default", "mailers", "critical", "low", "imports"];
export const CLASSES = [
  "Shop::ChargeJob",
  "Shop::ReceiptJob",
  "Mail::DigestJob",
  "ImportContactsJob",
  "Search::ReindexJob",
];

/** As random as Sidekiq's, which rarely have sixteen digits in a row, and the same in each run. */
export const jidOf = (i) => createHash("sha1").update(String(i)).digest("hex").slice(0, 24);

export const jobOf = (i, now) => ({
  retry: true,
  queue: QUEUE_NAMES[i % QUEUE_NAMES.length],
  class: CLASSES[i % CLASSES.length],
  args: [i, "someone@example.com", { plan: "pro", items: [1, 2, 3] }],
  jid: jidOf(i),
  created_at: (now - 3_600) * 1_000,
  enqueued_at: (now - 1_800) * 1_000,
  tags: i % 10 === 0 ? ["eu"] : [],
});

/** Where the ids of a list begin: no job is in two of them. */
export const FIRST_IDS = { retry: 0, schedule: 20_000_000, dead: 30_000_000, queue: 40_000_000 };

export const jobText = (i, now) => JSON.stringify(jobOf(i, now));
