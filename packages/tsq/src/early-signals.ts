/**
 * Listens for signals before there is anything to stop: a module of jobs may load slowly, and process 1 of a container
 * is deaf to what nobody listens for. Loads nothing itself.
 */

/** What ends a process that does not listen for it. */
export const ENDING = ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR2"] as const;

/** Until the function it returns is called, these signals end the process with 0: it has taken no job. */
export const endOnSignal = (): (() => void) => {
  const end = (signal: NodeJS.Signals): never => {
    process.stderr.write(`tsq: ${signal} before the worker was ready; it has taken no job.\n`);
    process.exit(0);
  };
  for (const signal of ENDING) process.on(signal, end);
  return () => {
    for (const signal of ENDING) process.off(signal, end);
  };
};
