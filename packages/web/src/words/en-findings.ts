/** What needs a person, in English: by the kinds of the data API's findings. */
import type { Phrase } from "./phrase.ts";

/** By key, as in `en.ts`. */
export const EN_FINDINGS = {
  "needs.heading": { one: "{count} thing needs attention", other: "{count} things need attention" },
  "needs.lead": "Most urgent first. Each says what is wrong, why, and where to act.",
  "needs.calm": "All is well",
  "needs.calm_lead":
    "Every queue is served and within its time, no error grows, and no process is silent or stuck.",
  "needs.unknown": "What needs a person is not known just now: {problem}",
  "needs.slow": "Redis has not told yet what needs a person. The rest of this page is as it is now.",
  "needs.as_of": "As of {time}: {problem}",
  "needs.more": { one: "{count} more", other: "{count} more" },
  "needs.critical": "Jobs are lost or do not run",
  "needs.warning": "Soon, or slowly",
  "needs.note": "To know",

  "needs.to_queue": "Open queue",
  "needs.to_queues": "Open queues",
  "needs.to_jobs": "See the jobs",
  "needs.to_busy": "Open busy",
  "needs.to_errors": "Open the error",
  "needs.to_redis": "See Redis",

  "findings.queue-unserved": {
    one: "Nobody listens to {count} queue",
    other: "Nobody listens to {count} queues",
  },
  "findings.queue-paused": { one: "{count} queue is paused", other: "{count} queues are paused" },
  "findings.queue-late": { one: "{count} queue is behind", other: "{count} queues are behind" },
  "findings.class-unrunnable": {
    one: "Nobody can run the jobs of a class, in {count} queue",
    other: "Nobody can run the jobs of classes, in {count} places",
  },
  "findings.error-growing": { one: "{count} error grows", other: "{count} errors grow" },
  "findings.process-silent": { one: "{count} process is silent", other: "{count} processes are silent" },
  "findings.process-stuck": { one: "{count} process gets nowhere", other: "{count} processes get nowhere" },
  "findings.job-long": {
    one: "{count} job runs for far too long",
    other: "{count} jobs run for far too long",
  },

  "finding.nobody-works": "Nobody works",
  "finding.nobody-works.none": {
    one: "{count} job waits, and no process is alive to run it. Start a worker.",
    other: "{count} jobs wait, and no process is alive to run them. Start a worker.",
  },
  "finding.nobody-works.quiet": {
    one: "The only process is quiet: it takes no more.",
    other: "All {count} processes are quiet: they take no more.",
  },
  "needs.waiting": { one: "{count} job waits.", other: "{count} jobs wait." },
  "finding.queue-unserved": "Nobody listens to {queue}",
  "finding.queue-unserved.text": {
    one: "{count} job waits there, the oldest for {span}. No process that is up takes jobs from it.",
    other: "{count} jobs wait there, the oldest for {span}. No process that is up takes jobs from it.",
  },
  "finding.queue-paused": "{queue} is paused",
  "finding.queue-paused.text": {
    one: "{count} job waits there, the oldest for {span}. Somebody has paused it; nobody takes jobs from it until it is resumed.",
    other:
      "{count} jobs wait there, the oldest for {span}. Somebody has paused it; nobody takes jobs from it until it is resumed.",
  },
  "finding.queue-late": "{queue} is {span} behind",
  "finding.queue-late.text": {
    one: "Its oldest job should have waited for {goal} at most. {count} job waits.",
    other: "Its oldest job should have waited for {goal} at most. {count} jobs wait.",
  },
  "finding.class-unrunnable": "Nobody can run {class}",
  "finding.class-unrunnable.text": {
    one: "{count} of the twenty oldest jobs of {queue} is one. No process that serves the queue knows the class.",
    other:
      "{count} of the twenty oldest jobs of {queue} are such. No process that serves the queue knows the class.",
  },
  "finding.deaths": { one: "{count} job died in an hour", other: "{count} jobs died in an hour" },
  "finding.deaths.text":
    "In the hours before: {usual} each. Within a day: {day}. They run again only when somebody says so.",
  "finding.error-growing": "{error} grows",
  "finding.error-growing.text":
    "{class} failed by it {recent} × within a quarter of an hour, and {before} × in the one before. Jobs that were looked at: {sample}.",
  "finding.retry-storm": {
    one: "{count} retry falls due within a minute",
    other: "{count} retries fall due within a minute",
  },
  "finding.retry-storm.text": {
    one: "There is {count} slot for them. Other jobs will wait meanwhile.",
    other: "There are {count} slots for them. Other jobs will wait meanwhile.",
  },
  "finding.nobody-promotes": {
    one: "{count} job is due, and not on its queue",
    other: "{count} jobs are due, and not on their queues",
  },
  "finding.nobody-promotes.text":
    "Retries and scheduled jobs have been due for more than two minutes. Workers move them: is one up, and is its clock right?",
  "finding.process-silent": "{identity} is silent",
  "finding.process-silent.text":
    "It was last heard of {span} ago: it has died, is cut off, or its clock is wrong.",
  "finding.process-stuck": "{identity} gets nowhere",
  "finding.process-stuck.text": {
    one: "Its only slot has run the same job for {span} and longer.",
    other: "All {count} slots have run the same jobs for {span} and longer.",
  },
  "finding.job-long": "{class} has run for {span}",
  "finding.job-long.usual": "It takes {usual} on average; runs of the last hour: {n}.",
  "finding.job-long.timeout": "It goes on beyond its timeout.",
  "finding.redis-evicts": "Redis throws keys away when its memory is full",
  "finding.redis-evicts.text":
    "Its policy is {policy}: jobs would be lost. Set maxmemory-policy to noeviction.",
  "finding.redis-memory": "Redis uses {share} of the memory it may",
  "finding.redis-memory.text": "{used} of {most}. When it is full no job can be pushed or cancelled.",
} as const satisfies Readonly<Record<string, Phrase>>;
