/** Makes the parts of a worker and connects them. boot.ts starts and stops them. */
import type { Logger } from "pino";
import { VERSION, writeClassList } from "@tsq/core/protocol";
import type { Outage } from "@tsq/core/protocol";
import type { WireGeneration } from "@tsq/core";
import { BeatReports } from "./beat/beat-reports.ts";
import { ownVersion } from "./beat/beat.ts";
import { Heartbeat } from "./beat/heartbeat.ts";
import { hostName, infoJson, newIdentity } from "./beat/identity.ts";
import { Spelling } from "./beat/spelling.ts";
import { Extensions } from "./extensions.ts";
import { BasicFetch } from "./fetch/basic-fetch.ts";
import type { Fetch, FetchEvents } from "./fetch/fetch.ts";
import { Holds } from "./fetch/holds.ts";
import { ReliableFetch } from "./fetch/reliable/reliable-fetch.ts";
import { Untold } from "./fetch/waiting/untold.ts";
import { wayFrom, waysSaid } from "./fetch/waiting/way.ts";
import type { Way } from "./fetch/waiting/way.ts";
import { capsuleChain } from "./options/capsule-chain.ts";
import type { Capsule } from "./options/capsules.ts";
import type { Resolved } from "./options/worker-options.ts";
import { ErrorReports } from "./report/error-reports.ts";
import { workerOutage } from "./report/outage.ts";
import { HandOn } from "./run/hand-on.ts";
import { Audience } from "./run/audience.ts";
import { notLate } from "./run/lateness.ts";
import { Manager } from "./run/manager.ts";
import { Keeping } from "./run/keeping.ts";
import type { KeepLimits } from "./run/kept.ts";
import { Metrics } from "./run/metrics.ts";
import type { RunningJob } from "./run/running-job.ts";
import { WorkerClient } from "./run/worker-client.ts";
import { CancelWatch } from "./services/cancel-watch.ts";
import { Lifecycle } from "./services/lifecycle.ts";
import { Poller } from "./services/poller.ts";
import { Rescuer } from "./services/rescuer.ts";
import { ServiceList } from "./services/service-list.ts";
import { SharedConnection } from "./services/shared-connection.ts";

export interface Parts {
  /** `host:pid:nonce`, the process's name in Redis. */
  readonly identity: string;
  readonly options: Resolved;
  readonly log: Logger;
  readonly errors: ErrorReports;
  readonly lifecycle: Lifecycle;
  readonly spelling: Spelling;
  readonly untold: Untold;
  /** How idle capsules learn of jobs, for the log. */
  readonly waiting: Way | undefined;
  readonly managers: readonly Manager[];
  readonly heartbeat: Heartbeat;
  readonly cancels: CancelWatch;
  /** The worker's own: the poller, the rescuer, the cancel watch. */
  readonly services: ServiceList;
  /** Those of extensions. */
  readonly added: ServiceList;
  readonly extensions: Extensions;
  readonly client: WorkerClient;
}

/**
 * @param signalled told what a page or another process asks of this one
 * @throws what an extension's `install()` throws
 */
export const assemble = (own: Resolved, signalled: (signal: string) => void): Parts => {
  const { redis, policy, capsules, logger: log } = own;
  const host = hostName(process.env);
  const identity = newIdentity(host);
  const way = wayFrom(process.env, own.waiting);
  const untold = new Untold();
  const errors = new ErrorReports(log, own.errorHandlers, redis);
  const onError = errors.report;
  const outage = workerOutage(own, errors);
  const audience = new Audience();
  const lifecycle = lifecycleOf(log, errors, audience);
  const spelling = new Spelling(own.wire);
  const wire = (): WireGeneration => spelling.now;
  const holds = new Holds();
  const client = new WorkerClient(own);
  const added = new ServiceList({ log, report: onError });
  const managers: Manager[] = [];
  const running = (): readonly RunningJob[] => managers.flatMap(({ work }) => work.jobs());
  // First of all: the chains that all other parts take over are complete then, and nothing is open if this throws.
  const extensions = new Extensions(own.extensions, {
    identity,
    log,
    redis,
    outage,
    errors,
    lifecycle,
    wire,
    holds,
    registry: own.jobs,
    clientChain: own.clientMiddleware,
    serverChain: own.middleware,
    hookTimeoutMs: own.hookTimeoutMs,
    services: added,
    client: () => client.get(),
    given: own.given,
    running,
  });
  const chains = capsules.map(({ name, change }) => capsuleChain(name, own.middleware, change));
  const shared = new SharedConnection(redis, outage.connection("poller and cancel watch"));
  const poller = new Poller({
    ...own,
    connection: shared.share(),
    middleware: own.clientMiddleware,
    wire,
    onError,
    outage,
  });
  const rescuer = new Rescuer({
    redis,
    wire,
    policy,
    log,
    onError,
    identity,
    outage,
    onRescued: (jids) => errors.ignore(lifecycle.fire("rescued", jids)),
  });
  const cancels = new CancelWatch({ redis, connection: shared.share(), outage, audience, running });
  const metrics = new Metrics();
  const keeping = isKeeping(own.keep) ? new Keeping(own.keep, identity) : undefined;
  const handOn = own.unknownJobs === "handBack" ? new HandOn(redis, identity, outage) : undefined;
  // Whether anybody wants the job comes before who is to run it.
  const admissions = [notLate, cancels.admission, ...(handOn ? [handOn.admission] : [])];
  for (const [i, capsule] of capsules.entries()) {
    managers.push(
      new Manager({
        ...own,
        // Each has been given one.
        middleware: chains[i] as (typeof chains)[number],
        admissions,
        whyNotOthers: (job) => handOn?.reasonFor(job),
        capsule: capsule.name,
        concurrency: capsule.concurrency,
        queues: capsule.order.names,
        audience,
        wire,
        metrics,
        keeping,
        log,
        onError,
        tidPrefix: `${i.toString(36)}t`,
        fetch: (events) => fetchOf(own, capsule, identity, { outage, way, untold, events }),
        strike: (units) => rescuer.strike(units),
        onHindered: errors.hindered,
        client: () => client.get(),
      }),
    );
  }
  holds.applyWith((queues) => managers.forEach((manager) => manager.pause(queues)));
  const reports = new BeatReports({
    log,
    spelling,
    holds,
    signalled,
    heard: () => managers.forEach(({ fetch }) => fetch.heard()),
    tell: (event, report) => errors.ignore(lifecycle.fire(event, report)),
  });
  const version = ownVersion(VERSION);
  const { tag, labels } = own;
  const waiting = waysSaid(way, own);
  const heartbeat = new Heartbeat({
    redis,
    identity,
    outage,
    info: infoJson({ identity, host, startedAtMs: Date.now(), tag, labels, version, waiting, capsules }),
    concurrency: capsules.reduce((sum, { concurrency }) => sum + concurrency, 0),
    classes: writeClassList(own.jobs.names),
    snapshot: () => ({
      busy: managers.reduce((sum, { work }) => sum + work.size, 0),
      isQuiet: managers.every(({ isQuiet }) => isQuiet),
      work: managers.flatMap(({ work }) => work.entries()),
      owners: managers.flatMap(({ fetch }) => fetch.owner() ?? []),
      metrics: { ...metrics.take(), kept: keeping?.take() },
    }),
    onReport: (report) => reports.take(report),
    onHindered: errors.hindered,
    measuresLag: own.keep.lag,
    blockedLoopTimeoutMs: own.blockedLoopTimeoutMs,
    onBlocked: (line) => log.error(line),
  });
  const services = new ServiceList({ log, report: onError });
  services.add(poller, "the poller");
  services.add(rescuer, "the rescuer");
  if (handOn) services.add(handOn, "the look for who runs unknown jobs");
  services.add(cancels, "the cancel watch");
  const parts = {
    identity,
    options: own,
    log,
    errors,
    lifecycle,
    spelling,
    untold,
    waiting,
    managers,
    heartbeat,
  };
  return { ...parts, cancels, services, added, extensions, client };
};

const lifecycleOf = (log: Logger, errors: ErrorReports, audience: Audience): Lifecycle =>
  new Lifecycle(
    audience,
    (error, event, by) =>
      errors.report(error, { context: `Error in a ${event} listener${by === undefined ? "" : ` of ${by}`}` }),
    (line) => log.warn(line),
  );

const isKeeping = ({ attempts, finished, waits }: KeepLimits): boolean => attempts + finished > 0 || waits;

interface Fetching {
  readonly outage: Outage;
  readonly way: Way;
  readonly untold: Untold;
  readonly events: FetchEvents;
}

const fetchOf = (
  { redis, fetch, logger: log }: Resolved,
  { name, order, concurrency }: Capsule,
  identity: string,
  { way, untold, ...told }: Fetching,
): Fetch => {
  const own = { redis, order, concurrency, ...told };
  if (fetch === "basic") return new BasicFetch(own);
  return new ReliableFetch({ ...own, identity, capsule: name, way, untold, log });
};
