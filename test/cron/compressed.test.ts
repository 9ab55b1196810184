/**
 * Hours of a fleet of ten processes of tsq and three of Ruby, in minutes: time is given to all of them. Processes are
 * killed in the middle of a look and begun anew, Redis is killed and comes back, clocks are 90 s off, and once nobody is
 * there. Twelve hours, or as many as `TSQ_CRON_HOURS` says. Each instant fires once, or it was missed and that is told.
 */
import { parseCron } from "@tsq/cron";
import { expect, test } from "vitest";
import { RedisServer } from "../support/chaos/redis-server.ts";
import { Chance } from "../support/chaos/seed.ts";
import { judgeInstants } from "../support/cron-instants.ts";
import { CronProcess } from "../support/cron-process.ts";
import { saveCron } from "../support/cron.ts";
import { MISSED } from "../support/inside-cron.ts";
import { hasSidekiqCron, rubyPolls } from "../support/ruby-cron.ts";
import { rubies, Ruby } from "../support/ruby.ts";

const HOURS = Number(process.env["TSQ_CRON_HOURS"] ?? 12);
const START_MS = Date.parse("2030-01-01T00:00:00Z");
const END_MS = START_MS + HOURS * 3_600_000;
const STEP_MS = 30_000;
/** Of the processes of tsq, then of Ruby. */
const SKEWS_MS = [0, 90_000, 0, -90_000, 0, 0, 0, 45_000, 0, 0];
const RUBY_SKEWS_MS = [0, 90_000, -30_000];
/** When nobody looks. */
const OUTAGE = [START_MS + HOURS * 1_800_000, START_MS + HOURS * 1_800_000 + 1_500_000] as const;
const ENTRIES = 40;

/** None is due more often than each five minutes: what fires late is still told from the next instant. */
const expressionOf = (i: number): string =>
  [
    `*/${5 + (i % 4) * 5} * * * * UTC`,
    `${i} * * * * UTC`,
    `${i} */${2 + (i % 3)} * * * UTC`,
    `${i} ${i % 24} * * * UTC`,
  ][i % 4] as string;

const six = rubies().find(({ generation }) => generation === 6);

test.runIf(six)(
  "each instant fires once, or it was missed and that is told",
  { timeout: Math.max(900_000, HOURS * 60_000) },
  async ({ skip }) => {
    const chance = Chance.announced("cron in compressed time");
    const server = await RedisServer.start({ persistence: "always" });
    /** All that there were. */
    const told: CronProcess[] = [];
    const newRuby = (): Ruby => new Ruby(6, six?.version ?? "", "/");
    let rubyProcesses = RUBY_SKEWS_MS.map(newRuby);
    const start = (): CronProcess => {
      const process = new CronProcess(server.url);
      told.push(process);
      return process;
    };
    const processes = SKEWS_MS.map(start);
    const control = server.client();
    try {
      if (!(await hasSidekiqCron(rubyProcesses[0] as Ruby, server.url)))
        skip("ruby-sidekiq-cron is not installed");
      for (let i = 0; i < ENTRIES; i++) {
        const options = { cron: expressionOf(i), class: `Job${i}`, queue: `q${i}`, date_as_argument: true };
        await saveCron(control, `e${i}`, options, { at: new Date(START_MS).toISOString(), version: 1 });
      }

      let [kills, cutOff, rubyKills, restarts] = [0, 0, 0, 0];
      for (let ms = START_MS; ms < END_MS; ms += STEP_MS) {
        if (ms >= OUTAGE[0] && ms < OUTAGE[1]) continue;
        const looks: Promise<unknown>[] = processes.map(async (process, i) => {
          // Now and then one is late.
          if (chance.percent(25)) return;
          const at = ms + (SKEWS_MS[i] ?? 0) + chance.between(0, 29) * 1_000;
          await process.poll(new Date(at).toISOString()).catch(() => {});
        });
        for (const [i, ruby] of rubyProcesses.entries()) {
          // Reading forty expressions takes Ruby a tenth of a second.
          if (!chance.percent(10)) continue;
          const at = new Date(ms + (RUBY_SKEWS_MS[i] ?? 0) + chance.between(0, 29) * 1_000).toISOString();
          looks.push(rubyPolls(ruby, server.url, at).catch(() => {}));
        }
        if (chance.percent(2)) {
          const i = chance.between(0, processes.length - 1);
          // In the middle of its look, if it has one: which step that is, is the machine's to say.
          await new Promise((resolve) => setTimeout(resolve, chance.between(0, 8)));
          if (await processes[i]?.kill9()) cutOff++;
          processes[i] = start();
          kills++;
        }
        if (chance.percent(0.3)) {
          const i = chance.between(0, rubyProcesses.length - 1);
          await rubyProcesses[i]?.stopAll();
          rubyProcesses[i] = newRuby();
          rubyKills++;
        }
        if (chance.percent(0.1) || (restarts === 0 && ms > OUTAGE[1])) {
          await server.restart();
          restarts++;
        }
        await Promise.all(looks);
      }
      // What the last ones have left is repaired after a minute.
      const last = processes[0] as CronProcess;
      for (const after of [70_000, 140_000, 210_000]) await last.poll(new Date(END_MS + after).toISOString());

      const missed = new Set(told.flatMap(({ missed: ofOne }) => ofOne.map(([key, at]) => `${key}\n${at}`)));
      // Who is killed after it has written that down tells nobody: it is in the list that users see.
      for (const field of await control.zrange(MISSED, "0", "-1")) {
        const [key = "", tick = ""] = field.split("\n");
        missed.add(`${key}\n${new Date(tick).toISOString()}`);
      }
      const wrong: string[] = [];
      let [instants, pushed, late, resent, repaired] = [0, 0, 0, 0, 0];
      for (let i = 0; i < ENTRIES; i++) {
        const key = `cron_job:e${i}`;
        const dates = new Map<string, number>();
        for (const text of await control.lrange(`queue:q${i}`, 0, -1)) {
          const { args, jid } = JSON.parse(text) as { args: [number]; jid: string };
          // Ruby's client sends a push again whose answer was lost with Redis: the same job twice is no second firing.
          if (dates.has(jid)) resent++;
          dates.set(jid, args[0] * 1_000);
        }
        const answer = judgeInstants({
          expression: parseCron(expressionOf(i)),
          startMs: START_MS,
          // What is due when the time is over belongs to nobody.
          endMs: END_MS - 180_000,
          datesMs: [...dates.values()],
          isMissed: (at) => missed.has(`${key}\n${at}`),
        });
        pushed += dates.size;
        instants += answer.instants;
        late += answer.missed;
        repaired += answer.repaired;
        for (const text of answer.wrong) {
          const tellings = told.flatMap(({ firings }) => firings.filter(([one]) => one === key)).map(String);
          wrong.push(`e${i} (${expressionOf(i)}) ${text}; ${tellings.join("; ")}`);
        }
      }
      console.log(
        `${HOURS} hours: ${instants} instants, ${pushed} jobs, ${late} missed and told, ${repaired} fired late by another, ${resent} there twice after a restart of Redis; killed ${kills} of tsq (${cutOff} in the middle of a look), ${rubyKills} of Ruby, Redis ${restarts} times`,
      );
      expect(wrong.join("\n")).toBe("");
      const pushes = told.flatMap(({ firings }) => firings.filter(([, , what]) => what === "pushed"));
      expect(new Set(pushes.map(([key, tick]) => `${key} ${tick}`)).size).toBe(pushes.length);
      expect(resent).toBeLessThanOrEqual(3 * restarts);
      expect(late).toBeGreaterThan(0);
      expect(kills).toBeGreaterThan(0);
      expect(await control.exists("tsq:cron:claims")).toBe(0);
    } finally {
      await Promise.all([
        ...told.map((process) => process.kill9()),
        ...rubyProcesses.map((ruby) => ruby.stopAll()),
      ]);
      rubyProcesses = [];
      await server.stop();
    }
  },
);
