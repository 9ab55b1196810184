/** The periodic jobs of config/schedule.yml, which Ruby and TypeScript share: who sees them, and who fires them. */
import { check } from "./check.mjs";

const NAMES = ["daily_digest", "weekday_news", "weekly_repair"];

/** Both have loaded the file when this is called. The entries are switched off: what the clock fires would be counted, too. */
export const lookAtSchedule = async (stage) => {
  stage.say("the schedule: three entries of config/schedule.yml (tsq cron list)");
  const entries = JSON.parse(await stage.tsq("cron", "list", "--json"));
  const names = entries.map(({ name }) => name);
  check(names.join() === NAMES.join(), "tsq cron list shows the three entries, each once", names.join());
  check(
    entries.every(({ next_at: next }) => next !== null),
    "and when each fires next",
  );
  for (const name of NAMES) await stage.tsq("cron", "disable", name);
};

/** Fires an entry now, whatever time it is. */
export const fire = async (stage, name) => {
  stage.say(`TypeScript fires ${name} (tsq cron run)`);
  await stage.tsq("cron", "run", name);
};

/** The same in Ruby, as the button of Sidekiq's page Cron does. */
export const fireInRuby = async (stage, name) => {
  stage.say(`Ruby fires ${name} (Sidekiq::Cron::Job)`);
  await stage.ruby("bin/rails", "runner", `Sidekiq::Cron::Job.find("${name}").enque!`);
};
