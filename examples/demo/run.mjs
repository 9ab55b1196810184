/**
 * The demo: pushes jobs of every kind, starts a worker, shows what happens, and compares where the jobs ended
 * with where they should. All it uses of tsq is what `import … from "tsq"`, `"tsq/api"`, `"tsq/cron"` and `"tsq/web"` give.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { configure, Worker } from "tsq";
import { cron } from "tsq/cron";
import { pushAll } from "./cast.mjs";
import { beginVisits, openDashboard, pushBadDay } from "./dashboard.mjs";
import {
  charge,
  coffee,
  countStock,
  doomed,
  flaky,
  hello,
  QUEUES,
  reminder,
  report as reportJob,
  visit,
} from "./jobs.mjs";
import { Screen } from "./screen.mjs";
import { openServer } from "./server.mjs";
import { countPlaces, isAllRight, judge } from "./verdict.mjs";
import { whereabouts } from "./whereabouts.mjs";

const LOOK_EVERY_MS = 200;
// The longest wait is a retry's: 1 s of its own, up to 9 s of Sidekiq's chance, and the poller's look after that.
const GIVE_UP_AFTER_MS = 25_000;

/**
 * @param options `once` ends by itself; `server` is `embedded` or `native`; `redis` is a URL to use instead
 * @returns the exit code
 */
export const runDemo = async ({ once, server, redis }) => {
  const interrupt = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => interrupt.abort());
  const screen = new Screen();
  const own = await openServer({ server, redis });
  screen.line(`Redis: ${own.url}, ${own.what}.`);
  configure({ redis: own.url });
  const dashboard = once ? undefined : await openDashboard(own.url);
  if (dashboard) screen.line(`Dashboard: ${dashboard.url}`);

  const cast = await pushAll(own.url);
  const total = cast.reduce((sum, { jids }) => sum + jids.length, 0);
  screen.line(
    `Pushed ${total} jobs; they wait in Redis. Now a worker starts on the queues ${QUEUES.join(" · ")}:`,
  );
  screen.line("(A job that fails waits 1 to 10 s for its retry: Sidekiq adds chance to every wait.)\n");
  const observer = new Observer(screen, cast.slice(0, QUEUES.length));
  const worker = new Worker({
    redis: own.url,
    jobs: [hello, reminder, flaky, doomed, charge, countStock, visit, reportJob],
    queues: QUEUES,
    concurrency: 5,
    // Looks for due jobs about every second; the usual five would be long to watch.
    pollIntervalAverage: 1,
    shutdownTimeoutMs: 2_000,
    logger: pino({ level: "silent" }),
    extensions: once || !own.isOurs ? [] : [cron({ entries: [coffee] })],
    middleware: [observer.watch],
    errorHandlers: [observer.failed],
    deathHandlers: [observer.died],
  });
  await worker.start();

  const look = async () => {
    // As of before it is asked where jobs are: one that ends meanwhile counts as running.
    const runs = new Map(observer.runs);
    return judge(cast, await whereabouts(own.url), runs);
  };
  await follow({ look, total, screen, signal: interrupt.signal });
  // What has not ended by now shows where it is after a stop, too.
  if (once) await worker.stop();
  const verdicts = await look();
  report(screen, verdicts, observer.order);
  if (!once && !interrupt.signal.aborted) {
    observer.tellAll();
    // A Redis that somebody has named keeps what is put into it.
    const endVisits = own.isOurs ? beginVisits() : () => {};
    if (own.isOurs) await pushBadDay();
    invite(screen, own, dashboard.url);
    await aborted(interrupt.signal);
    endVisits();
    screen.line("Stopping.");
  }
  await dashboard?.stop();
  await worker.stop();
  await own.stop();
  return once && !isAllRight(verdicts) ? 1 : 0;
};

/** Told by the worker of everything that happens to a job. */
class Observer {
  /** How often each job ran to its end, by jid. */
  runs = new Map();
  /** The queues of the jobs without a story, in the order in which they were done. */
  order = [];
  #screen;
  #quiet;
  #startedAt = performance.now();

  constructor(screen, quietKinds) {
    this.#screen = screen;
    this.#quiet = new Set(quietKinds.flatMap(({ jids }) => jids));
  }

  /** A server middleware: it wraps every run. */
  watch = async (job, next) => {
    await next();
    if (job.class === visit.name) return;
    this.runs.set(job.jid, (this.runs.get(job.jid) ?? 0) + 1);
    if (this.#quiet.has(job.jid)) this.order.push(job.queue);
    else
      this.#tell(
        `${job.class} ${JSON.stringify(job.payload.args)} done${job.attempt > 1 ? `, attempt ${job.attempt}` : ""}`,
      );
  };

  failed = (error, { payload, context }) => {
    this.#tell(
      `${payload ? `${payload.class} ${JSON.stringify(payload.args)} failed` : context}: ${error.message}`,
    );
  };

  died = (payload) => this.#tell(`${payload.class} ${JSON.stringify(payload.args)} is in the dead set now`);

  /** From now on of jobs that are not the demo's own, too. */
  tellAll() {
    this.#quiet.clear();
  }

  #tell(what) {
    const seconds = ((performance.now() - this.#startedAt) / 1_000).toFixed(1);
    this.#screen.line(`${seconds.padStart(6)} s  ${what}`);
  }
}

/** Returns when all jobs have ended where they should, when it takes too long, or at a Ctrl-C. */
const follow = async ({ look, total, screen, signal }) => {
  const deadline = Date.now() + GIVE_UP_AFTER_MS;
  for (;;) {
    const verdicts = await look();
    const right = verdicts.reduce((sum, verdict) => sum + verdict.right, 0);
    screen.progress(right, total, countPlaces(verdicts));
    if (right === total || signal.aborted || Date.now() > deadline) break;
    await sleep(LOOK_EVERY_MS);
  }
  screen.finish();
};

const report = (screen, verdicts, order) => {
  screen.line();
  screen.table(
    ["job", "pushed", "should be", "are there", "elsewhere"],
    verdicts.map(({ kind, ends, pushed, right, elsewhere }) => [
      kind,
      pushed,
      ends,
      right,
      Object.entries(elsewhere)
        .map(([place, count]) => `${count} ${place}`)
        .join(", "),
    ]),
  );
  const first = order.slice(0, Math.floor(order.length / 3));
  const shares = ["critical", "default", "low"].map(
    (name) => `${first.filter((queue) => queue === name).length} of ${name}`,
  );
  screen.line(
    `The weights at work: among the first ${first.length} immediate jobs were ${shares.join(", ")}.`,
  );
  screen.line(
    isAllRight(verdicts)
      ? "Every job ended where it should."
      : "Not every job ended where it should: see the last column.",
  );
};

const invite = (screen, { url, isOurs }, dashboardUrl) => {
  if (isOurs) screen.line(REPAIRS);
  screen.line(`
The worker stays. In a second terminal, in this folder:

  npx tsq push HelloJob '["you"]' --redis ${url}
  npx tsq push FlakyJob '["Rome"]' --redis ${url}
  npx tsq stats --redis ${url}

With Rails: REDIS_URL=${url} for your app; its Sidekiq pages show these jobs, and
\`Sidekiq::Client.push("class" => "HelloJob", "args" => ["Rails"])\` is done here.

Open ${dashboardUrl} in a browser. Ctrl-C ends it.
`);
};

const REPAIRS = `
And now a bad day, for the dashboard:

  Retries  two of ChargeJob have no card: "Edit and retry" gives one, such as "4242"
  Queues   nobody serves \`reports\`: tick its jobs and move them to \`default\`
  Busy     CountStockJob does not end: cancel it
  Dead     two of DoomedJob, and one that is no JSON: read why, then delete them
  Cron     \`coffee\` reminds every minute: run it now, or disable it`;

const aborted = (signal) =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
    // An embedded server alone does not keep the process alive, nor does a listener.
    const timer = setInterval(() => {}, 60_000);
    signal.addEventListener("abort", () => clearInterval(timer), { once: true });
  });
