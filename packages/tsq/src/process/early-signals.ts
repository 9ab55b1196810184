/**
 * Listens for signals before there is anything to stop: Node ends a process by them until somebody listens, a module of
 * jobs may load slowly, and process 1 of a container is deaf to what nobody listens for. Loads nothing itself.
 */

/** What ends a process that does not listen for it. */
export const ENDING = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;

const WORKER = "the worker was ready; it has taken no job";
let before = WORKER;

const end = (signal: NodeJS.Signals): never => {
  process.stderr.write(`tsq: ${signal} before ${before}.\n`);
  process.exit(0);
};

/**
 * Until `endNoMore`, these signals end the process with 0.
 *
 * @param what is not there yet, and so has done nothing
 */
export const endOnSignal = (what = WORKER): void => {
  before = what;
  for (const signal of ENDING) if (!process.listeners(signal).includes(end)) process.on(signal, end);
};

/** From now on there is something to stop. */
export const endNoMore = (): void => {
  for (const signal of ENDING) process.off(signal, end);
};
