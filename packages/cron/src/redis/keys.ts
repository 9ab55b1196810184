/** The keys of sidekiq-cron (WIRE §12.1), and tsq's own beside them. */

/** Set of the entries of sidekiq-cron 1.x. */
export const SET_OF_1 = "cron_jobs";
/** Where sidekiq-cron 2.x keeps what names no namespace. */
export const DEFAULT_NAMESPACE = "default";

/** Set of the entries of a namespace of sidekiq-cron 2.x. */
export const setOf2 = (namespace: string): string => `${SET_OF_1}:${namespace}`;
/** The hash of an entry; of sidekiq-cron 1.x without a namespace. */
export const entryKey = (name: string, namespace = ""): string => `${prefixOf(namespace)}${name}`;
/** An entry by its name, and its namespace, which is empty in 1.x. */
export interface EntryPlace {
  readonly name: string;
  readonly namespace: string;
}
/** Of the entry of a key, which the namespaces are needed for: a name of 1.x may have colons. */
export const entryPlace = (key: string, namespaces: readonly string[]): EntryPlace => {
  const namespace = namespaces.find((one) => key.startsWith(prefixOf(one))) ?? "";
  const prefix = prefixOf(namespace);
  return { name: key.startsWith(prefix) ? key.slice(prefix.length) : key, namespace };
};
export const entryName = (key: string, namespaces: readonly string[]): string =>
  entryPlace(key, namespaces).name;
const prefixOf = (namespace: string): string => (namespace === "" ? "cron_job:" : `cron_job:${namespace}:`);

/** Sorted set of the instants of an entry that have fired. */
export const firedKey = (entry: string): string => `${entry}:enqueued`;
/** List of the last jobs of an entry, the newest first. */
export const historyKey = (entry: string): string => `${entry}:jid_history`;

/** Hash entry and instant → who has taken it and not yet fired. */
export const CLAIMS = "tsq:cron:claims";
/** Hash entry → what tsq does for it beyond sidekiq-cron, as JSON. */
export const POLICIES = "tsq:cron:policies";
/** When a process of tsq last looked at the schedule, in milliseconds. */
export const POLLED = "tsq:cron:polled";
/** When a process of tsq last saw one of Ruby, in milliseconds. */
export const RUBY = "tsq:cron:ruby";
/** There as long as Redis knows that this process has polled. */
export const polledBy = (identity: string): string => `${POLLED}:${identity}`;
/** The expression of each entry, and since when it is that. */
export const SINCE = "tsq:cron:since";
/** Hash entry → what a load of a schedule file has written of it, and who, as JSON. */
export const WRITTEN = "tsq:cron:written";
/** Sorted set of the instants that nobody has fired, by when they were. */
export const MISSED = "tsq:cron:missed";
/** Hash entry → its last run that tsq keeps an eye on. */
export const RUNS = "tsq:cron:runs";
/** Hash entry → the field of the instant that waits for the run before it. */
export const WAITING = "tsq:cron:waiting";

/** The field of an instant of an entry, in `CLAIMS` and `MISSED`. No name of an entry has a line of its own. */
export const instantField = (entry: string, tick: string): string => `${entry}\n${tick}`;

/** The entry and the instant of such a field; empty where it has none. A run by hand has a word of its own behind them. */
export const instantIn = (field: string): { readonly key: string; readonly tick: string } => {
  const [key = "", tick = ""] = field.split("\n");
  return { key, tick };
};
