/**
 * The order in which a worker starts, is quieted and stops.
 *
 *   start: a look at Redis · `startup` · a look at what was cancelled · the heartbeat · the capsules take jobs · poller,
 *          rescuer, cancel watch · extensions' services
 *   quiet: the capsules take none · `quiet` · a beat · extensions' services, last first · poller
 *   stop:  quiet · `shutdown` · the capsules wait for their jobs, and hand back the rest · extensions' services, last
 *          first · cancel watch, rescuer, poller, the jobs' client · `exit` · extensions' connections · the heartbeat
 */
import { describeTarget, startedWorkers, VERSION } from "@tsq/core/protocol";
import type { Parts } from "./assembly.ts";
import { watchingBy, wayFrom } from "./fetch/waiting/way.ts";
import { StopDeadline } from "./run/stop-deadline.ts";
import { lookAround } from "./services/look-around.ts";
import { within } from "./within.ts";

const START_ENDS_MS = 3_000;
// For `exit` listeners, which come after the deadline: as long as a job has to unwind.
const LAST_WORDS_MS = 3_000;

export class Boot {
  readonly #parts: Parts;
  readonly #deadline = new StopDeadline();
  #starting: Promise<void> | undefined;
  #quieting: Promise<void> | undefined;
  #stopping: Promise<void> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  start(): Promise<void> {
    return (this.#starting ??= this.#startOrEnd());
  }

  quiet(): Promise<void> {
    return (this.#quieting ??= this.#quiet());
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  hurry(): void {
    this.#deadline.hurry();
  }

  /** A start that failed leaves nothing open that would try again for ever. */
  async #startOrEnd(): Promise<void> {
    const { managers, services, added, extensions, heartbeat } = this.#parts;
    startedWorkers.add(this);
    try {
      await this.#start();
    } catch (error) {
      startedWorkers.delete(this);
      for (const { fetch } of managers) fetch.disconnect();
      await Promise.all([added.stop().then(() => extensions.end()), services.stop(), heartbeat.stop()]);
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { options, log, identity, waiting, lifecycle, heartbeat, managers, cancels, services, added } =
      this.#parts;
    const { redis, redisFrom, capsules } = options;
    log.info({ redis: describeTarget(redis), from: redisFrom }, "Connecting");
    const steps = [
      () => this.#lookAround(),
      () => lifecycle.fire("startup"),
      // Before the first job, which may have been cancelled. What keeps it from looking is told at its next look.
      () => within(START_ENDS_MS, cancels.look()),
      // Others see the process before its first job, unless the beat is refused.
      () => heartbeat.start(),
      () => Promise.all(managers.map((manager) => manager.start())),
      () => services.start(),
    ];
    for (const step of steps) {
      await step();
      // What began after the stop would never end.
      if (this.#stopping) return;
    }
    const queues = capsules.flatMap(({ order }) => order.names);
    log.info({ identity, queues, waiting }, `tsq ${VERSION} started`);
    await added.start();
  }

  async #lookAround(): Promise<void> {
    const { options, log, spelling, untold } = this.#parts;
    const queues = [...new Set(options.capsules.flatMap(({ order }) => order.names))];
    const watching = watchingBy(wayFrom(process.env, options.waiting), options);
    spelling.heard(await lookAround({ ...options, queues, watching, untold }, log));
  }

  async #quiet(): Promise<void> {
    const { log, errors, lifecycle, heartbeat, managers, services, added } = this.#parts;
    log.info("Taking no more jobs");
    // Before the listeners, as in Sidekiq: a job hears at once that it should end, and none is taken meanwhile.
    const quieted = managers.map((manager) => manager.quiet().catch(errors.hindered));
    await lifecycle.fire("quiet");
    heartbeat.beat();
    await Promise.all([added.quiet().then(() => services.quiet()), ...quieted]);
  }

  async #stop(): Promise<void> {
    const { options, log, errors, lifecycle, managers, services, added, extensions, client } = this.#parts;
    const deadline = this.#deadline;
    deadline.begin(options.shutdownTimeoutMs);
    // A start ends at its next step, unless the server is gone; half of it has half the parts running, and all can be stopped.
    if (this.#starting) await within(START_ENDS_MS, this.#starting);
    // Redis may be away: then quiet() waits for it, and the managers' own deadline ends the wait.
    errors.ignore(this.quiet());
    // A listener that does not end must not keep the jobs from their queues.
    await deadline.allows(lifecycle.fire("shutdown"));
    const handedBack = await Promise.all(managers.map((manager) => manager.stop(deadline)));
    const jobs = handedBack.reduce((sum, count) => sum + count, 0);
    if (jobs > 0) log.warn({ jobs }, "Handed back jobs that were still running");
    // Before the client: their last words may be a push.
    await added.stop();
    const closed = within(LAST_WORDS_MS, client.close()).catch(errors.hindered);
    await Promise.all([services.stop(), closed]);
    await within(LAST_WORDS_MS, lifecycle.fire("exit"));
    await Promise.all([extensions.end(), this.#parts.heartbeat.stop().catch(errors.hindered)]);
    startedWorkers.delete(this);
    log.info("Bye!");
  }
}
