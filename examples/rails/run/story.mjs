/** The run from beginning to end. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Table from "cli-table3";
import { DeadSet, ProcessSet, Queue, Stats } from "tsq/api";
import { ask } from "./ask.mjs";
import { check } from "./check.mjs";
import { visitDashboard, visitTsqDashboard } from "./dashboard.mjs";
import { compare, EXPECTED, HEAD } from "./expected.mjs";
import { fire, fireInRuby, lookAtSchedule } from "./schedule.mjs";
import { Stage } from "./stage.mjs";

const LOOK_EVERY_MS = 250;
// The longest wait of the story is 5 s, and a busy machine may take its time.
const GIVE_UP_AFTER_MS = 240_000;

/** @returns the exit code */
export const tellStory = async (generation) => {
  const stage = new Stage(generation);
  try {
    await stage.build();
    const hasDashboard = generation === "6";
    await lookAtSchedule(stage);
    await enqueue(stage);
    await fire(stage, "daily_digest");
    // Only there Ruby has sidekiq-cron.
    await (generation === "6" ? fireInRuby : fire)(stage, "weekday_news");
    await hasCome(stage, "two jobs are dead, and all others have ended", 2);
    await lookAround(stage, hasDashboard);
    await repair(stage);
    await hasCome(stage, "the dead jobs have ended, too", 0);
    await lookAtTraces(stage);
    await stage.stopWorkers();
    return conclude(stage);
  } catch (error) {
    // What the programs said tells why; and it is gone when they are.
    throw new Error(`${error.message}\n${stage.output()}`, { cause: error });
  } finally {
    await stage.clear();
  }
};

/** From both languages, in each way that they have. */
const enqueue = async (stage) => {
  stage.say("Ruby enqueues every class (script/enqueue.rb)");
  await stage.ruby("bin/rails", "runner", "script/enqueue.rb");

  stage.say("contacts are created over HTTP");
  for (const name of ["Cleo", "Dora"]) {
    const response = await ask(`${stage.url}/contacts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, zalo_id: `z-${name.toLowerCase()}` }),
    });
    check(response.status === 201, `POST /contacts creates ${name}`, await response.text());
  }

  stage.say("the shell pushes jobs of TypeScript's own (tsq push), which enqueue others for Ruby");
  await stage.push("ImportContactsJob", [{ name: "Eve", owner: 2 }], "ts_low");
  await stage.push("ImportContactsJob", [{ id: 1 }], "ts_low");
  // Its owner is not there yet: dead at once.
  await stage.push("ImportContactsJob", [{ name: "Finn", owner: 1002 }], "ts_low", "--retry", "0");
};

/** Nothing waits, and nothing runs. */
const atRest = ({ enqueued, scheduled, retries, running }) => enqueued + scheduled + retries + running === 0;

const hasCome = async (stage, what, deadJobs) => {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  const stats = new Stats(stage.api);
  for (let tellAt = 0, calm = 0; calm < 3;) {
    const { enqueued, scheduled, retries, dead } = await stats.fetch();
    const running = stage.journal.running("ruby") + stage.journal.running("typescript");
    const state = { enqueued, scheduled, retries, running, dead };
    // A job may be between two of the numbers for a moment.
    calm = atRest(state) && dead === deadJobs ? calm + 1 : 0;
    if (Date.now() > tellAt) {
      stage.say(
        Object.entries(state)
          .map(([name, count]) => `${name} ${count}`)
          .join(" · "),
      );
      tellAt = Date.now() + 2_000;
    }
    if (Date.now() > deadline) throw new Error(`Expected that ${what}, but it takes longer than 240 s.`);
    stage.mustBeUp();
    await sleep(LOOK_EVERY_MS);
  }
  stage.say(what);
};

/** What both sides see of each other. */
const lookAround = async (stage, hasDashboard) => {
  const identities = (await new ProcessSet(stage.api).all()).map(({ identity }) => identity);
  check(identities.length === 2, "tsq/api lists two processes, Ruby's and TypeScript's");
  const classes = new Set();
  for await (const { displayClass } of new DeadSet(stage.api)) classes.add(displayClass);
  check(
    classes.has("BroadcastContactCreatedWorker") && classes.has("ImportContactsJob"),
    "the dead set holds a job of each language",
  );
  if (!hasDashboard) {
    stage.say("no Devise here: the dashboard is looked at with --ruby 6");
    return;
  }
  stage.say("three visitors come to the dashboard");
  await visitDashboard(stage.url, {
    "/busy": identities,
    "/morgue": ["BroadcastContactCreatedWorker", "ImportContactsJob"],
    "/queues": ["ts_critical", "ts_low", "critical", "mailers"],
    "/cron": ["daily_digest", "weekday_news", "weekly_repair"],
  });
  stage.say("and to the dashboard of tsq, below the same app");
  await visitTsqDashboard(stage.url, stage.tsqUrl, new Queue("ts_low", stage.api));
};

/** Each language retries what died in the other. */
const repair = async (stage) => {
  stage.say("Ruby mends what the dead jobs lacked, and retries those of TypeScript (script/repair.rb)");
  const said = await stage.ruby("bin/rails", "runner", "script/repair.rb");
  check(said.includes("retried 1\n"), "DeadJobs.retry_all retried one job");
  stage.say("TypeScript retries those of Ruby (RetryDeadJobsJob)");
  await fire(stage, "weekly_repair");
};

/** What the jobs left behind. */
const lookAtTraces = async (stage) => {
  const logs = await (await ask(`${stage.url}/internal/activity_logs`, { headers: stage.internal })).json();
  const count = (kind, language) =>
    logs.filter((log) => log.kind === kind && log.metadata.language === language).length;
  for (const language of ["ruby", "typescript"]) {
    check(count("zalo_template", language) === 2, `2 templates were sent by ${language}`);
    check(count("zalo_message", language) === 2, `2 messages were sent by ${language}`);
  }
  const again = logs.filter(({ kind, metadata }) => kind === "zalo_message" && metadata.attempt === 2);
  check(again.length === 2, "a timeout was tried again in each language, as attempt 2");
  const { ruby } = EXPECTED.SendNotificationJob;
  const notifications = logs.filter(({ kind }) => kind === "notification").length;
  check(notifications === ruby.done, `${ruby.done} notifications are in the activity log`);
  check(stage.zalo.taken.length === 8, "Zalo took 8 messages");
  const mails = join(stage.folder, "mails");
  const text = existsSync(mails)
    ? readdirSync(mails)
        .map((name) => readFileSync(join(mails, name), "utf8"))
        .join("\n")
    : "";
  for (const subject of [
    "Welcome, Ann",
    "Ada is yours",
    "Eve is yours",
    "Finn is yours",
    "Your week",
    "A job needs you",
  ])
    check(text.includes(`Subject: ${subject}`), `a mail says "${subject}"`);
};

const conclude = (stage) => {
  const { rows, isAllRight } = compare(stage.journal);
  const table = new Table({ head: HEAD, style: { head: [], border: [] } });
  table.push(...rows);
  console.log(`\n${table.toString()}\n`);
  stage.say(
    isAllRight ? "Every job ran where it should." : "Not every job ran where it should: see the table.",
  );
  return isAllRight ? 0 : 1;
};
