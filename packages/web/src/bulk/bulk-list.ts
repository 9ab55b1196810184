/** The lists of which many jobs can be repaired at once: the sets and the queues, and what can be done there. */
import { Queue } from "@tsq/core/api";
import type {
  ApiConnection,
  BulkOptions,
  BulkPreview,
  BulkReport,
  BulkScope,
  LookOptions,
} from "@tsq/core/api";
import { path } from "../html/path.ts";
import type { Subject } from "../security/permissions.ts";
import { actionOf } from "../sets.ts";
import type { SetKind } from "../sets.ts";
import type { Action } from "../security/roles.ts";
import type { BulkVerb } from "./bulk-work.ts";
import type { Target } from "./target.ts";

type Preview = (
  scope: BulkScope,
  options: Pick<LookOptions, "most" | "only" | "signal">,
) => Promise<BulkPreview>;
type Run = (scope: BulkScope, options: BulkOptions, target: Target) => Promise<BulkReport>;

/** One of them. */
export interface BulkList {
  /** Of its page. */
  readonly path: string;
  readonly subject: Subject;
  readonly size: () => Promise<number>;
  readonly preview: Preview;
  /** By what can be done. */
  readonly verbs: Readonly<Partial<Record<BulkVerb, { readonly action: Action; readonly run: Run }>>>;
}

/** A set; `all` and `targets` of its kind have what can be done. */
export const listOfSet = (api: ApiConnection, kind: SetKind): BulkList => {
  const set = kind.open(api);
  const runs: Readonly<Record<BulkVerb, Run>> = {
    retry: (scope, options) => set.bulk(scope).retry(options),
    add_to_queue: (scope, options) => set.bulk(scope).retry(options),
    kill: (scope, options) => set.bulk(scope).kill(options),
    delete: (scope, options) => set.bulk(scope).delete(options),
    reschedule: (scope, options, { at = new Date() }) => set.bulk(scope).reschedule(at, options),
    move: (scope, options, { queue = "" }) => set.bulk(scope).move(queue, options),
  };
  // The keys of `all` are verbs.
  const verbs = [...(Object.keys(kind.all) as (keyof typeof kind.all)[]), ...kind.targets];
  return {
    path: kind.path,
    subject: { set: kind.set },
    size: () => set.size(),
    preview: (scope, options) => set.bulk(scope).preview(options),
    verbs: Object.fromEntries(
      verbs.map((verb) => [verb, { action: actionOf("set", verb), run: runs[verb] }]),
    ),
  };
};

/** What can be done to all jobs of a queue that match. */
export const QUEUE_VERBS = ["move", "kill", "delete"] as const;

/** The action that it is. */
export const queueAction = (verb: (typeof QUEUE_VERBS)[number]): Action =>
  verb === "delete" ? "queue.clear" : `queue.${verb}`;

/** A queue. */
export const listOfQueue = (api: ApiConnection, name: string): BulkList => {
  const queue = new Queue(name, api);
  return {
    path: path`/queues/${name}`,
    subject: { queue: name },
    size: () => queue.size(),
    preview: (scope, options) => queue.bulk(scope).preview(options),
    verbs: {
      move: {
        action: queueAction("move"),
        run: (scope, options, { queue: to = "" }) => queue.bulk(scope).move(to, options),
      },
      kill: { action: queueAction("kill"), run: (scope, options) => queue.bulk(scope).kill(options) },
      delete: { action: queueAction("delete"), run: (scope, options) => queue.bulk(scope).delete(options) },
    },
  };
};
