/**
 * What the story of script/enqueue.rb, config/schedule.yml and the run must come to: how often each class ends well, and fails, in each
 * language. A run that ActiveJob's `retry_on` repeats ends well: it has enqueued the next.
 */

const SALES = 3;
const BULK = 120;

// By HTTP 2, by script/enqueue.rb 2, by the rows of ImportContactsJob 2, by script/repair.rb 1.
const CREATED = 2 + 2 + 2 + 1;
// And 1 that an import tells of again, and 1 that was dead.
const BROADCASTS = CREATED + 1 + 1;

// What config/schedule.yml has, each fired once.
const DIGESTS = 1;
const NEWS = 1;

const both = (done) => ({ ruby: { done }, typescript: { done } });

/** By class: where it was enqueued, and the ends that are expected. */
export const EXPECTED = {
  BroadcastContactCreatedWorker: { from: "Ruby, TypeScript", ruby: { done: BROADCASTS, fail: 1 } },
  SendNotificationJob: {
    from: "Ruby, TypeScript",
    ruby: { done: BROADCASTS * SALES + 2 * BULK + NEWS * SALES },
  },
  // One is sent, one comes again after a rate limit, one has a bad token.
  ZaloMessageJob: { from: "Ruby", ...both(1 + 2 + 1) },
  // One is sent, one comes again after a timeout.
  SendZaloMessageJob: { from: "Ruby", ...both(1 + 2) },
  SendEmailJob: { from: "Ruby, TypeScript, the schedule", ruby: { done: 3 + 2 + DIGESTS } },
  // The digests, and the alert of ReliableJob.
  "ActionMailer::MailDeliveryJob": { from: "Ruby", ruby: { done: 1 + DIGESTS + 1 } },
  BulkNotifyJob: { from: "Ruby, the schedule", ruby: { done: 1 }, typescript: { done: 1 + NEWS } },
  // One is well, one comes again, one tells an admin, one's contact is gone; and two of TypeScript's.
  ReliableJob: { from: "Ruby, TypeScript", ruby: { done: 1 + 2 + 1 + 1 + 2 } },
  ImportContactsJob: { from: "the shell, Ruby", typescript: { done: 1 + 1 + 1, fail: 1 } },
  RetryDeadJobsJob: { from: "the schedule", typescript: { done: 1 } },
};

const CELLS = ["ruby", "typescript"].flatMap((language) => ["done", "fail"].map((what) => [language, what]));

/** The table's lines, and whether all is as it should be. */
export const compare = (journal) => {
  const names = new Set([...Object.keys(EXPECTED), ...journal.names()]);
  const rows = Array.from(names, (name) => {
    const cells = CELLS.map(([language, what]) => {
      const wanted = EXPECTED[name]?.[language]?.[what] ?? 0;
      const found = journal.count(name, language, what);
      return {
        isRight: found === wanted,
        text: found === wanted ? String(found || "") : `${found}, not ${wanted}`,
      };
    });
    return {
      isRight: cells.every((cell) => cell.isRight),
      cells: [name, EXPECTED[name]?.from ?? "?", ...cells.map(({ text }) => text)],
    };
  });
  return { rows: rows.map(({ cells }) => cells), isAllRight: rows.every(({ isRight }) => isRight) };
};

export const HEAD = [
  "class",
  "enqueued by",
  "done in Ruby",
  "failed in Ruby",
  "done in TypeScript",
  "failed in TypeScript",
];
