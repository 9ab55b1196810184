/** Every page of the dashboard that there is to look at. A new GET route is a row here; a test sees that none is left out. */
import { HOSTILE } from "./fill.ts";
import type { Filled } from "./fill.ts";

/** What a page is looked at on: a full Redis by an admin, the same by others, one of whom may not look at every job, an empty one, or one that is away. */
export type Scene = "full" | "viewer" | "readOnly" | "hidden" | "empty" | "away";

/** A page to look at. */
export interface PageRow {
  /** Of its pictures. */
  readonly name: string;
  /** Of the router; rows of other scenes repeat those of the full one. */
  readonly route: string;
  readonly path: string | ((filled: Filled) => string);
  readonly scene?: Scene;
  /** Of its answer. @default 200, and 503 while Redis is away */
  readonly status?: number;
}

const at = (base: string, key: string, after = ""): string => `${base}/${encodeURIComponent(key)}${after}`;

/** In the order of the navigation. */
export const PAGES: readonly PageRow[] = [
  { name: "dashboard", route: "/", path: "/" },
  { name: "dashboard-week", route: "/", path: "/?days=7" },
  { name: "busy", route: "/busy", path: "/busy" },
  { name: "busy-quiet-all", route: "/busy/confirm", path: "/busy/confirm?do=quiet" },
  {
    name: "busy-stop-one",
    route: "/busy/confirm",
    path: ({ identity }) => `/busy/confirm?do=stop&identity=${encodeURIComponent(identity)}`,
  },
  { name: "queues", route: "/queues", path: "/queues" },
  { name: "queue", route: "/queues/:name", path: "/queues/critical" },
  { name: "queue-hostile", route: "/queues/:name", path: at("/queues", HOSTILE) },
  { name: "queue-none", route: "/queues/:name", path: "/queues/nobodys" },
  { name: "queue-clear", route: "/queues/:name/confirm", path: "/queues/critical/confirm?do=clear" },
  { name: "retries", route: "/retries", path: "/retries" },
  { name: "retries-page-2", route: "/retries", path: "/retries?page=2" },
  { name: "retries-filtered", route: "/retries", path: `/retries?substr=${encodeURIComponent(HOSTILE)}` },
  { name: "retry", route: "/retries/:key", path: ({ retry }) => at("/retries", retry) },
  { name: "retry-hostile", route: "/retries/:key", path: ({ hostileRetry }) => at("/retries", hostileRetry) },
  ...["retry", "kill", "delete"].flatMap((verb): PageRow[] => [
    {
      name: `retry-${verb}`,
      route: `/retries/:key/${verb}`,
      path: ({ retry }) => at("/retries", retry, `/${verb}`),
    },
    { name: `retries-all-${verb}`, route: `/retries/all/${verb}`, path: `/retries/all/${verb}` },
  ]),
  { name: "retry-edit", route: "/retries/:key/edit", path: ({ retry }) => at("/retries", retry, "/edit") },
  { name: "scheduled", route: "/scheduled", path: "/scheduled" },
  ...["reschedule", "move"].flatMap((verb): PageRow[] => [
    {
      name: `retry-${verb}`,
      route: `/retries/:key/${verb}`,
      path: ({ retry }) => at("/retries", retry, `/${verb}`),
    },
    { name: `retries-all-${verb}`, route: `/retries/all/${verb}`, path: `/retries/all/${verb}` },
    {
      name: `scheduled-job-${verb}`,
      route: `/scheduled/:key/${verb}`,
      path: ({ scheduled }) => at("/scheduled", scheduled, `/${verb}`),
    },
    { name: `scheduled-all-${verb}`, route: `/scheduled/all/${verb}`, path: `/scheduled/all/${verb}` },
  ]),
  { name: "dead-job-move", route: "/morgue/:key/move", path: ({ dead }) => at("/morgue", dead, "/move") },
  { name: "morgue-all-move", route: "/morgue/all/move", path: "/morgue/all/move" },
  { name: "queue-kill-one", route: "/queues/:name/kill", path: "/queues/critical/kill?key=q0-1" },
  { name: "queue-move-one", route: "/queues/:name/move", path: "/queues/critical/move?key=q0-1" },
  { name: "queue-delete-one", route: "/queues/:name/delete", path: "/queues/critical/delete?key=q0-1" },
  {
    name: "scheduled-edit",
    route: "/scheduled/:key/edit",
    path: ({ scheduled }) => at("/scheduled", scheduled, "/edit"),
  },
  { name: "dead-edit", route: "/morgue/:key/edit", path: ({ dead }) => at("/morgue", dead, "/edit") },
  { name: "scheduled-job", route: "/scheduled/:key", path: ({ scheduled }) => at("/scheduled", scheduled) },
  ...["add_to_queue", "delete", "kill"].map((verb): PageRow => ({
    name: `scheduled-job-${verb}`,
    route: `/scheduled/:key/${verb}`,
    path: ({ scheduled }) => at("/scheduled", scheduled, `/${verb}`),
  })),
  ...["add_to_queue", "delete", "kill"].map((verb): PageRow => ({
    name: `scheduled-all-${verb}`,
    route: `/scheduled/all/${verb}`,
    path: `/scheduled/all/${verb}`,
  })),
  { name: "morgue", route: "/morgue", path: "/morgue" },
  { name: "dead-job", route: "/morgue/:key", path: ({ dead }) => at("/morgue", dead) },
  ...["retry", "delete"].flatMap((verb): PageRow[] => [
    {
      name: `dead-job-${verb}`,
      route: `/morgue/:key/${verb}`,
      path: ({ dead }) => at("/morgue", dead, `/${verb}`),
    },
    { name: `morgue-all-${verb}`, route: `/morgue/all/${verb}`, path: `/morgue/all/${verb}` },
  ]),
  { name: "morgue-narrowed", route: "/morgue", path: "/morgue?q=error%3ANet%3A%3A*+after%3A1w" },
  { name: "morgue-misspelled", route: "/morgue", path: "/morgue?q=klass%3AHardJob" },
  { name: "queue-narrowed", route: "/queues/:name", path: "/queues/critical?q=class%3A*" },
  ...["move", "kill", "delete"].map((verb): PageRow => ({
    name: `queue-all-${verb}`,
    route: `/queues/:name/all/${verb}`,
    path: `/queues/critical/all/${verb}?q=class%3A*`,
  })),
  { name: "bulk", route: "/bulk", path: "/bulk" },
  { name: "bulk-none", route: "/bulk/:id", path: "/bulk/nobody-knows-this-one" },
  { name: "errors", route: "/errors", path: "/errors" },
  { name: "errors-none", route: "/errors", path: "/errors?q=jid%3Anobodys" },
  { name: "search", route: "/search", path: "/search?q=class%3A*" },
  { name: "search-nothing", route: "/search", path: "/search" },
  { name: "job-retry", route: "/jobs/:jid", path: "/jobs/r0" },
  { name: "job-scheduled", route: "/jobs/:jid", path: "/jobs/s0" },
  { name: "job-dead", route: "/jobs/:jid", path: "/jobs/d0" },
  { name: "job-queued", route: "/jobs/:jid", path: "/jobs/q0-1" },
  { name: "job-running", route: "/jobs/:jid", path: "/jobs/w0" },
  { name: "job-hostile", route: "/jobs/:jid", path: at("/jobs", HOSTILE) },
  { name: "job-ended", route: "/jobs/:jid", path: "/jobs/ended" },
  { name: "ended", route: "/ended", path: "/ended" },
  { name: "job-gone", route: "/jobs/:jid", path: "/jobs/nowhere", status: 404 },
  ...[
    ["retry", "r0"],
    ["kill", "r0"],
    ["delete", "r0"],
    ["add_to_queue", "s0"],
    ["cancel", "w0"],
  ].map(([verb, jid]): PageRow => ({
    name: `job-${verb}-question`,
    route: `/jobs/:jid/${verb}`,
    path: `/jobs/${jid}/${verb}`,
  })),
  { name: "metrics", route: "/metrics", path: "/metrics" },
  { name: "metrics-3-days", route: "/metrics", path: "/metrics?period=72h" },
  { name: "metric", route: "/metrics/:class", path: "/metrics/Billing%3A%3ACapturePaymentJob" },
  { name: "metric-hostile", route: "/metrics/:class", path: at("/metrics", HOSTILE) },

  { name: "audit", route: "/audit", path: "/audit" },
  { name: "preferences", route: "/preferences", path: "/preferences" },

  { name: "cron", route: "/cron/", path: "/cron" },
  { name: "cron-namespace", route: "/cron/namespaces/:namespace", path: "/cron/namespaces/default" },
  { name: "cron-entry", route: "/cron/:name", path: "/cron/nightly" },
  {
    name: "cron-entry-of-namespace",
    route: "/cron/namespaces/:namespace/jobs/:name",
    path: "/cron/namespaces/default/jobs/nightly",
  },
  ...["enqueue", "enable", "disable", "delete"].map((verb): PageRow => ({
    name: `cron-all-${verb}`,
    route: `/cron/__all__/${verb}`,
    path: `/cron/__all__/${verb}`,
  })),
  { name: "cron-entry-enqueue", route: "/cron/:name/enqueue", path: "/cron/nightly/enqueue" },
  { name: "cron-entry-delete", route: "/cron/:name/delete", path: "/cron/nightly/delete" },

  ...["/", "/busy", "/queues", "/retries", "/scheduled", "/morgue", "/metrics"].flatMap((path): PageRow[] => [
    { name: `empty${path.replace("/", "-")}`, route: path, path, scene: "empty" },
  ]),
  ...["/", "/retries"].map((path): PageRow => ({
    name: `away${path.replace("/", "-")}`,
    route: path,
    path,
    scene: "away",
  })),
  ...["/busy", "/retries", "/queues/critical"].map((path): PageRow => ({
    name: `viewer${path.replaceAll("/", "-")}`,
    route: path.replace("critical", ":name"),
    path,
    scene: "viewer",
  })),
  {
    name: "viewer-refused",
    route: "/morgue/all/delete",
    path: "/morgue/all/delete",
    scene: "viewer",
    status: 403,
  },
  {
    name: "read-only-retry",
    route: "/retries/:key",
    path: ({ retry }) => at("/retries", retry),
    scene: "readOnly",
  },
  ...["/", "/busy", "/queues/critical", "/retries", "/errors", "/search?q=queue:critical"].map(
    (path): PageRow => ({
      name: `hidden${path.replaceAll(/\W+/g, "-")}`,
      route: path.replace("critical", ":name").replace(/\?.*/, ""),
      path,
      scene: "hidden",
    }),
  ),
];

/** GET routes that answer no page. */
export const NO_PAGES: readonly string[] = [
  "/stats",
  "/stats/queues",
  "/dashboard/stats",
  "/jobs/:jid/payload",
];

/** The same questions again: by the word of sidekiq-cron 1.x, and of one namespace. */
export const SAME_PAGES: readonly RegExp[] = [/^\/cron\/.+\/enque$/, /^\/cron\/namespaces\/.+\/\w+$/];
