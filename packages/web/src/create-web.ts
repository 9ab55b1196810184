/** The dashboard as a function. */
import { Dashboard } from "./dashboard.ts";
import type { Arrival } from "./request/arrival.ts";
import { readWebOptions } from "./web-options.ts";
import type { WebOptions } from "./web-options.ts";

/** The dashboard: a Request comes in, a Response goes out. It never rejects. */
export interface Web {
  /** Answers a request. What a Request does not say itself, such as who sent it, comes with `arrival`. */
  (request: Request, arrival?: Arrival): Promise<Response>;
  /**
   * Ends the dashboard for good, within two seconds: work on many jobs at once, what is being answered and read when it has had
   * its time, and the connection to Redis that it has opened. A request that comes later is answered with 503.
   */
  readonly close: () => Promise<void>;
}

/**
 * Makes a dashboard, to be mounted wherever Requests are answered; by `toNodeHandler()` in node:http and what is built on it.
 *
 * @example
 * createServer(toNodeHandler(createWeb({ redis: process.env.REDIS_URL }))).listen(4567, "127.0.0.1");
 *
 * @throws ConfigError when an option is unknown, or not what it should be
 */
export const createWeb = (options: WebOptions = {}): Web => {
  const dashboard = new Dashboard(readWebOptions(options));
  return Object.assign((request: Request, arrival: Arrival = {}) => dashboard.answer(request, arrival), {
    close: () => dashboard.close(),
  });
};
