/** Every form that the dashboard takes, with the action that it is: a row for each route that may change something. */
import type { Form } from "./dashboard.ts";

export interface Post {
  /** As the router knows it. */
  readonly route: string;
  readonly form: Form;
  /** In the dashboard's table of roles, or in that of the cron tab; `undefined` where the form asks for nothing. */
  readonly action: string | undefined;
  /** Of a work that goes on, which a dashboard that is read-only has not. */
  readonly needsWork?: boolean;
}

const KEYS = { "key[]": ["1-a1", "2-b2"] };

const ofSet = (path: string, verbs: readonly string[], all: readonly string[]): readonly Post[] => [
  ...verbs.flatMap((verb): Post[] => [
    { route: path, form: { ...KEYS, [verb]: "1" }, action: `job.${verb}` },
    { route: `${path}/:key`, form: { [verb]: "1" }, action: `job.${verb}` },
  ]),
  { route: path, form: KEYS, action: undefined },
  { route: path, form: { retry: "1", delete: "1" }, action: undefined },
  { route: `${path}/:key`, form: {}, action: undefined },
  { route: `${path}/:key/edit`, form: { args: "[2]" }, action: "job.edit" },
  ...all.flatMap((verb): Post[] => [
    { route: `${path}/all/${verb}`, form: {}, action: `set.${verb}` },
    { route: `${path}/all/${verb}`, form: { as_of: `${Date.now()}`, expected: "2" }, action: `set.${verb}` },
  ]),
];

const CRON = ["enque", "enqueue", "enable", "disable", "delete"] as const;
const cronAction = (verb: (typeof CRON)[number]) => (verb === "enque" || verb === "enqueue" ? "run" : verb);

export const POSTS: readonly Post[] = [
  ...ofSet(
    "/retries",
    ["retry", "delete", "kill", "move", "reschedule"],
    ["retry", "delete", "kill", "move", "reschedule"],
  ),
  ...ofSet(
    "/scheduled",
    ["delete", "add_to_queue", "kill", "move", "reschedule"],
    ["delete", "add_to_queue", "kill", "move", "reschedule"],
  ),
  ...ofSet("/morgue", ["retry", "delete", "move"], ["retry", "delete", "move"]),
  ...["retry", "add_to_queue", "kill", "delete", "cancel"].map((verb) => ({
    route: "/jobs/:jid",
    form: { [verb]: "1" },
    action: `job.${verb}`,
  })),
  { route: "/jobs/:jid", form: {}, action: undefined },
  { route: "/queues/:name", form: { pause: "1" }, action: "queue.pause" },
  { route: "/queues/:name", form: { unpause: "1" }, action: "queue.pause" },
  { route: "/queues/:name", form: {}, action: "queue.clear" },
  { route: "/queues/:name/delete", form: { "key[]": "a1" }, action: "job.delete" },
  { route: "/queues/:name/delete", form: { key_val: "{}" }, action: "job.delete" },
  { route: "/queues/:name/kill", form: { "key[]": "a1" }, action: "job.kill" },
  { route: "/queues/:name/move", form: { "key[]": "a1", to: "other" }, action: "job.move" },
  { route: "/queues/:name/move", form: { "key[]": "a1" }, action: "job.move" },
  { route: "/queues/:name/move", form: {}, action: undefined },
  { route: "/queues/:name/all/move", form: { to: "other", expected: "1" }, action: "queue.move" },
  { route: "/queues/:name/all/kill", form: { expected: "1" }, action: "queue.kill" },
  { route: "/queues/:name/all/delete", form: { expected: "1" }, action: "queue.clear" },
  { route: "/bulk/:id", form: { cancel: "1" }, action: "set.move", needsWork: true },
  { route: "/bulk/:id", form: {}, action: undefined },
  { route: "/busy", form: { identity: "one:1:abc", quiet: "1" }, action: "process.quiet" },
  { route: "/busy", form: { identity: "one:1:abc", stop: "1" }, action: "process.stop" },
  { route: "/busy", form: { quiet: "1" }, action: "fleet.quiet" },
  { route: "/busy", form: { stop: "1" }, action: "fleet.stop" },
  { route: "/busy", form: {}, action: undefined },
  { route: "/preferences", form: { theme: "dark" }, action: "look" },
  { route: "/change_locale", form: { locale: "de" }, action: "look" },
  ...CRON.flatMap((verb) => [
    ...["/cron/:name", "/cron/namespaces/:namespace/jobs/:name"].map((own) => ({
      route: `${own}/${verb}`,
      form: {},
      action: `cron.${cronAction(verb)}`,
    })),
    ...["/cron/__all__", "/cron/namespaces/:namespace/all"].map((own) => ({
      route: `${own}/${verb}`,
      form: {},
      action: `cron.${cronAction(verb)}_all`,
    })),
  ]),
];
