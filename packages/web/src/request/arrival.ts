/** How a request came here: what whoever mounts the dashboard knows of it, and a Request does not say. */

/** What comes with a request beside itself. */
export interface Arrival {
  /** Who sent it: an IP address. Without it nobody is known to sit at this machine. */
  readonly remoteAddress?: string | undefined;
  /** The path under which the dashboard is mounted, where the request knows better than the options. */
  readonly basePath?: string | undefined;
  /** Whether a proxy is known to have brought it, as one of HTTP/1.0 is, which no browser speaks. @default false */
  readonly isRelayed?: boolean | undefined;
}
