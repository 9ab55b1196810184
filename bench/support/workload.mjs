/** The jobs that every peer gets: three queues of different weight, and a payload of 248 bytes as Sidekiq writes it. */

import { randomBytes } from "node:crypto";

export const QUEUES = [
  { name: "critical", weight: 3 },
  { name: "default", weight: 2 },
  { name: "low", weight: 1 },
];

/** So many queues, of weights 1 to 3. */
export const manyQueues = (count) =>
  Array.from({ length: count }, (_, i) => ({ name: `q${i}`, weight: 1 + (i % 3) }));

const AT_ONCE = 1_000;
const JID_BYTES = 12;
// Random as real ones: a number padded with zeros would look like a big integer, which costs a parser extra.
const JIDS = randomBytes(JID_BYTES * AT_ONCE).toString("hex");

const jidOf = (number) => {
  const at = (number % AT_ONCE) * JID_BYTES * 2;
  return JIDS.slice(at, at + JID_BYTES * 2);
};

/** Arguments of the size and shape that a mailer job has. */
export const argsOf = (number) => [
  number,
  "user@example.com",
  { kind: "welcome", locale: "en", ids: [1, 2, 3] },
  "xxxxxxxxxxxxxxxxxxxxxxxx",
];

export const payloadOf = (number, queue) =>
  JSON.stringify({
    retry: true,
    queue,
    class: "HardJob",
    args: argsOf(number),
    jid: jidOf(number),
    created_at: 1_700_000_000.123,
    enqueued_at: 1_700_000_000.456,
  });

/** A small job of a class of the bench's own. */
export const payloadFor = (name, args, queue) =>
  JSON.stringify({
    retry: true,
    queue,
    class: name,
    args,
    jid: randomBytes(JID_BYTES).toString("hex"),
    created_at: Date.now(),
    enqueued_at: Date.now(),
  });

/** The same job as Rails' adapter writes it: 700 bytes, with a hash of symbol keys among its arguments. */
export const activeJobPayloadOf = (number, queue) => {
  const [id, address, details, text] = argsOf(number);
  const hash = { ...details, _aj_symbol_keys: Object.keys(details) };
  return JSON.stringify({
    retry: true,
    queue,
    wrapped: "HardAj",
    args: [
      {
        job_class: "HardAj",
        job_id: "8b5cf200-a32b-4447-b16c-d36346662ca3",
        provider_job_id: null,
        queue_name: queue,
        priority: null,
        arguments: [id, address, hash, text],
        executions: 0,
        exception_executions: {},
        locale: "en",
        timezone: "UTC",
        enqueued_at: "2023-11-14T22:13:20.456000000Z",
        scheduled_at: null,
      },
    ],
    class: "Sidekiq::ActiveJob::Wrapper",
    jid: jidOf(number),
    created_at: 1_700_000_000_123,
    enqueued_at: 1_700_000_000_456,
  });
};

/** Puts `jobs` jobs on the three queues, as many on each. */
export const fillQueues = async (redis, jobs, textOf = payloadOf) => {
  await redis.sadd("queues", ...QUEUES.map(({ name }) => name));
  let number = 0;
  for (const [i, { name }] of QUEUES.entries()) {
    const upTo = Math.round((jobs * (i + 1)) / QUEUES.length);
    while (number < upTo) {
      const payloads = [];
      while (payloads.length < AT_ONCE && number < upTo) payloads.push(textOf(number++, name));
      await redis.lpush(`queue:${name}`, ...payloads);
    }
  }
};

/** Puts `jobs` jobs that are due into the schedule, as `perform_in` would have: without `enqueued_at`. */
export const fillSchedule = async (redis, jobs, nowSeconds) => {
  for (let number = 0; number < jobs;) {
    const members = [];
    for (let i = 0; i < AT_ONCE && number < jobs; i++, number++) {
      const { name } = QUEUES[number % QUEUES.length];
      const { enqueued_at: _, ...scheduled } = JSON.parse(payloadOf(number, name));
      // Scores of their own, in the past: equal ones would be sorted by their text.
      members.push(nowSeconds - 60 + number / jobs, JSON.stringify(scheduled));
    }
    await redis.zadd("schedule", ...members);
  }
};
