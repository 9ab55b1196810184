/** A poller and a rescuer by themselves, as a worker makes them, with Sidekiq's own limits. Whoever makes one stops it. */
import { pino } from "pino";
import { Poller, Rescuer } from "./inside-worker.ts";
import { outage } from "./outage.ts";

type PollerOptions = ConstructorParameters<typeof Poller>[0];
type RescuerOptions = ConstructorParameters<typeof Rescuer>[0];

const COMMON = {
  wire: (): 8 => 8,
  policy: { maxRetries: 25, deadMaxJobs: 10_000, deadTimeoutInSeconds: 15_552_000 },
  onError: () => {},
} as const;

export const pollerFor = (options: Partial<PollerOptions> & Pick<PollerOptions, "redis">): Poller =>
  new Poller({
    ...COMMON,
    middleware: [],
    outage: outage(),
    averageScheduledPollInterval: 5,
    hookTimeoutMs: 20_000,
    pollIntervalAverage: undefined,
    ...options,
  });

/** With `suspectMs: 0` its second look takes who does not beat for dead. */
export const rescuerFor = (options: Partial<RescuerOptions> & Pick<RescuerOptions, "redis">): Rescuer =>
  new Rescuer({ ...COMMON, log: pino({ level: "silent" }), outage: outage(), ...options });
