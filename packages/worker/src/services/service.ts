/** A part of a worker that runs beside its jobs: the poller, the rescuer, and what extensions add. */

/** What a worker starts and stops. One that fails is reported, and takes neither the others nor the worker down. */
export interface Service {
  /** For the log, and once in its extension. */
  readonly name: string;
  /** Called once the worker takes jobs. Not called when the worker is stopped before. */
  start(): unknown;
  /** Called when the worker takes no more jobs. Those that run go on. */
  quiet?(): unknown;
  /**
   * Called when no job runs any more; also of a service that was never started, failed to start, or has not ended its
   * start. It ends every timer and connection of the service.
   */
  stop(): unknown;
}
