/** The extension: loads the schedule at the start of a worker, and fires what is due. */
import { readOptions } from "@tsq/core/config";
import type { Extension, ExtensionHost } from "@tsq/worker";
import { CronPoller } from "./poll/cron-poller.ts";
import { concludeRun } from "./poll/run-watch.ts";
import { Telling } from "./poll/telling.ts";
import { CRON_SETTINGS } from "./settings.ts";
import { CRON_OPTIONS } from "./cron-options.ts";
import type { CronExtensionOptions } from "./cron-options.ts";
import { localZoneWarning } from "./expression/local-zone.ts";
import { Namespaces } from "./entry/namespaces.ts";
import type { ReadScheduleFile } from "./schedule/schedule-file.ts";
import { ScheduleLoading } from "./schedule/schedule-loading.ts";

/** What tests have in the place of the world. */
export interface CronWorld {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
  /** Milliseconds from the start to the first poll at the earliest. */
  readonly firstWaitMs: number;
}

// 10 to 15 s, as sidekiq-cron, so that a fleet that restarts does not look all at once.
const FIRST_SPREAD_MS = 5_000;
const WORLD: CronWorld = { now: Date.now, random: Math.random, firstWaitMs: 10_000 };

/**
 * The extension, for who knows how to read a file.
 *
 * @throws ConfigError naming the option, what was expected and what came
 */
export const cronExtension = (
  options: CronExtensionOptions,
  readFile: ReadScheduleFile,
  world: CronWorld = WORLD,
): Extension<typeof CRON_SETTINGS> => {
  const own = readOptions("cron()", CRON_OPTIONS, options);
  return {
    name: "cron",
    options: CRON_SETTINGS,
    install(host) {
      const { cronPollInterval, cronScheduleFile, cronLayout, cronNamespaces } = host.options;
      const namespaces = new Namespaces(own.namespaces ?? cronNamespaces);
      const path = own.file ?? (cronScheduleFile || undefined);
      const read = path === undefined ? undefined : readFile(path);
      if (read && "unreadable" in read)
        host.report(read.unreadable, { context: `\`${path}\` is not loaded` });
      const telling = new Telling(host, own.onMissed, namespaces);
      const loading = new ScheduleLoading({
        host,
        now: world.now,
        // Whole, or not at all: a schedule that nobody can read would be one that lacks all of it.
        file: read && "schedule" in read ? read : undefined,
        path,
        definitions: own.entries,
        namespaces,
        layout: own.layout ?? cronLayout ?? "auto",
      });
      host.addService({
        name: "schedule",
        start: () => loading.tryLoad(cronPollInterval > 0),
        stop: () => {},
      });
      const poller = new CronPoller({
        redis: () => host.redis,
        client: () => host.client,
        middleware: host.clientChain,
        registry: host.registry,
        wire: () => host.wire(),
        identity: host.identity,
        namespaces: (nowMs) => namespaces.look(host.redis, nowMs),
        random: world.random,
        middlewareMs: host.hookTimeoutMs,
        tell: telling,
        watch: once(() => watchRuns(host, poller, telling, world.now)),
      });
      if (cronPollInterval > 0) pollBy({ host, poller, loading, namespaces }, cronPollInterval, world);
    },
  };
};

interface Polling {
  readonly host: ExtensionHost<typeof CRON_SETTINGS>;
  readonly poller: CronPoller;
  readonly loading: ScheduleLoading;
  readonly namespaces: Namespaces;
}

const pollBy = (
  { host, poller, loading, namespaces }: Polling,
  averageSeconds: number,
  { now, random, firstWaitMs }: CronWorld,
): void => {
  let isQuiet = false;
  let hasToldOthers = false;
  let hasToldFirst = false;
  const tellZone = zoneTeller(host);
  // What falls due is left to the processes that go on, as sidekiq-cron leaves it.
  host.on("quiet", () => (isQuiet = true));
  host.addLoop({
    name: "poller",
    firstMs: () => firstWaitMs + random() * FIRST_SPREAD_MS,
    nextMs: () => waitSeconds(averageSeconds, poller.processes, random()) * 1_000,
    async runOnce() {
      if (isQuiet) return;
      const failed = await loading.load().then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      // What others have made fires all the same.
      await poller.poll(now());
      if (!hasToldFirst && poller.entries > 0) {
        hasToldFirst = true;
        tellFires(host, poller.entries);
      }
      if (poller.hasTwice) loading.loadAgain();
      if (poller.hasForgotten) await loading.restore();
      tellZone();
      if (failed) throw failed.error;
      await loading.tellUnknown();
      if (hasToldOthers) return;
      hasToldOthers = true;
      tellPassedOver(host, await namespaces.passedOver(host.redis));
      if (namespaces.isBlind) tellBlind(host);
    },
  });
};

/** Who has started a worker beside Ruby may not know it. */
const tellFires = ({ log }: Pick<ExtensionHost, "log">, entries: number): void =>
  log.info(
    { entries },
    "Fires the cron entries of this Redis when they are due, also those that Ruby has made, as far as it knows their classes. `cron_poll_interval: 0` leaves all to other processes",
  );

/** Ruby says nothing of entries that never fire because nobody looks at their namespace. */
const tellPassedOver = ({ log }: Pick<ExtensionHost, "log">, namespaces: readonly string[]): void => {
  if (namespaces.length === 0) return;
  log.info(
    { namespaces },
    "Cron entries of these namespaces do not fire here: this process looks at `default`, and at what its own schedule names. Name them in `cron_namespaces`, or write `auto` there for all",
  );
};

const tellBlind = ({ log }: Pick<ExtensionHost, "log">): void =>
  log.warn(
    "Cron entries fire in the namespace `default` alone, and in those that this process's own schedule names: `auto` looks for the others with SCAN, which Redis refuses to this user. Allow it in the ACL (`+scan`), or name them in `cron_namespaces`",
  );

/** Once an entry without a zone has been read, Ruby's entries too. Once in a process, as TZ does not change. */
const zoneTeller = ({ log }: Pick<ExtensionHost, "log">): (() => void) => {
  let hasTold = false;
  return () => {
    const warning = hasTold ? undefined : localZoneWarning();
    if (warning === undefined) return;
    hasTold = true;
    log.warn({ TZ: process.env["TZ"] }, warning);
  };
};

/** Sidekiq's formulas for the wait of one process; the average does not grow with their number (WIRE §12.4). */
export const waitSeconds = (average: number, processes: number, random: number): number =>
  processes < 10 ? average * random + average / 2 : average * random * 2;

/** Also jobs of other processes may be watched by this one's next poll. */
const watchRuns = (host: ExtensionHost, poller: CronPoller, tell: Telling, now: () => number): void => {
  host.on("concluded", (run, outcome) => {
    // Nobody waits for it.
    concludeRun(run, outcome, { redis: host.redis, firing: poller.firing, tell, nowMs: now() }).catch(
      (error: unknown) => host.report(error, { context: "The end of a cron job could not be written down" }),
    );
  });
};

const once = (call: () => void): (() => void) => {
  let isCalled = false;
  return () => {
    if (isCalled) return;
    isCalled = true;
    call();
  };
};
