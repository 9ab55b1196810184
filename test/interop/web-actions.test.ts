/** The same forms to Ruby's Sidekiq::Web and to ours, on the same Redis, leave the same bytes and lead to the same page. */
import { describe, expect, test } from "vitest";
import { setBesideRuby } from "../support/beside-ruby.ts";
import type { Form } from "../support/dashboard.ts";
import type { Generation } from "../support/ruby.ts";
import { describeInterop } from "../support/shared-redis.ts";
import {
  DEAD_SCORES,
  EMBEDDED,
  fill,
  jid,
  NO_JOB,
  PROCESSES,
  queuedText,
  SCORES,
  stateOf,
} from "../support/web-state.ts";

interface Scenario {
  readonly path: string;
  readonly form?: Form;
  /** The query of the page on which the form was. */
  readonly query?: string;
  /** The first generation that has it. @default 6 */
  readonly since?: Generation;
  /** The last generation that differs. @default 8 */
  readonly until?: Generation;
  /** Whether something lies in the dead set that is no job. */
  readonly hasNoJob?: boolean;
}

type State = Awaited<ReturnType<typeof stateOf>>;

interface Difference extends Scenario {
  /** What of ours the test is about. */
  readonly leaves: (state: State) => unknown;
  readonly left: unknown;
}

const key = (letter: string, i: number): string =>
  `${(letter === "d" ? DEAD_SCORES : SCORES)[i]}-${jid(letter, i)}`;

const ofSet = (path: string, letter: string, verbs: readonly string[]): Scenario[] =>
  verbs.flatMap((verb) => [
    { path, form: { "key[]": [key(letter, 0), key(letter, 2)], [verb]: "1" } },
    { path, form: { "key[]": [key(letter, 1)], [verb]: "1" }, query: "?page=2&substr=x%26y" },
    // One that has gone among others, and what is no key.
    { path, form: { "key[]": [`${SCORES[0]}-gone`, key(letter, 1), "nonsense"], [verb]: "1" } },
    { path: `${path}/${key(letter, 2)}`, form: { [verb]: "1" } },
    { path: `${path}/${key(letter, 0)}`, form: { [verb]: "1" }, query: "?page=3" },
    { path: `${path}/${SCORES[0]}-shouldntexist`, form: { [verb]: "1" } },
  ]);

const SAME: readonly Scenario[] = [
  ...ofSet("/retries", "a", ["retry", "delete", "kill"]),
  ...ofSet("/scheduled", "b", ["add_to_queue", "delete"]),
  ...ofSet("/morgue", "d", ["retry", "delete"]),
  // Nothing is ticked, or nothing is said to be done.
  ...["/retries", "/scheduled", "/morgue"].map((path) => ({ path, form: { delete: "1" } })),
  { path: "/retries", form: { "key[]": [key("a", 0)] } },
  // Of two fields the first of Sidekiq's own order counts.
  { path: "/retries", form: { "key[]": [key("a", 0)], delete: "1", retry: "1", kill: "1" } },
  { path: "/scheduled", form: { "key[]": [key("b", 0)], add_to_queue: "1", delete: "1" } },
  { path: "/retries/all/retry", since: 8 },
  { path: "/retries/all/delete" },
  { path: "/retries/all/kill" },
  { path: "/scheduled/all/delete", since: 8 },
  { path: "/morgue/all/retry", since: 8 },
  { path: "/morgue/all/delete" },
  { path: `/morgue/${NO_JOB.score}-`, form: { delete: "1" }, hasNoJob: true },
  { path: "/queues/default" },
  { path: "/queues/default", form: { delete: "Delete" }, query: "?page=2" },
  { path: "/queues/neverseen" },
  ...["/queues/default/delete", "/queues/low/delete"].map((path) => ({
    path,
    form: { key_val: "__QUEUED__" },
  })),
  { path: "/queues/default/delete", form: { key_val: "__QUEUED__" }, query: "?page=2&direction=asc" },
  { path: "/queues/default/delete", form: { key_val: "no such payload" } },
  ...["quiet", "stop"].flatMap((order) => [
    { path: "/busy", form: { identity: PROCESSES[0], [order]: "1" } },
  ]),
  ...["quiet", "stop"].map((order) => ({ path: "/busy", form: { [order]: "1" }, since: 8 as const })),
  { path: "/busy", form: { identity: PROCESSES[0] } },
  { path: "/nowhere" },
  { path: "/retries/all/nonsense" },
];

/** What ours does otherwise, and is to: each with what it leaves. */
const OTHERWISE: Readonly<Record<string, Difference>> = {
  "pause never clears a queue, as Sidekiq without Pro does": {
    path: "/queues/default",
    form: { pause: "Pause" },
    leaves: (state) => [state["paused"], state["queue:default"]?.length],
    left: [["default"], 5],
  },
  "nor does unpause": {
    path: "/queues/default",
    form: { unpause: "Unpause" },
    leaves: (state) => [state["paused"], state["queue:default"]?.length],
    left: [undefined, 5],
  },
  "what runs inside another program is told nothing, and that is no error": {
    path: "/busy",
    form: { identity: EMBEDDED, stop: "1" },
    leaves: (state) => state[`${EMBEDDED}-signals`],
    left: undefined,
  },
  "a process that has gone gets no list of signals": {
    path: "/busy",
    form: { identity: "gone:9:x", stop: "1" },
    until: 7,
    leaves: (state) => state["gone:9:x-signals"],
    left: undefined,
  },
  "a scheduled job can be killed": {
    path: "/scheduled",
    form: { "key[]": [key("b", 0)], kill: "1" },
    leaves: (state) => [state["schedule"]?.length, jidsIn(state["dead"], "b")],
    left: [3, [jid("b", 0)]],
  },
  "what is dead already is not killed again": {
    path: "/morgue",
    form: { "key[]": [key("d", 0)], kill: "1" },
    leaves: (state) => state["dead"]?.length,
    // Sidekiq's has the time of a new death, and its trim has taken the oldest.
    left: 4,
  },
  "all scheduled jobs go to their queues in the order in which they would have gone": {
    path: "/scheduled/all/add_to_queue",
    since: 8,
    leaves: (state) => jidsIn(state["queue:default"], "b"),
    // The newest of a list first.
    left: [jid("b", 3), jid("b", 0)],
  },
  "all retries go to their queues in the order in which they would have gone, as in Sidekiq 8": {
    path: "/retries/all/retry",
    until: 7,
    leaves: (state) => jidsIn(state["queue:default"], "a"),
    left: [jid("a", 3), jid("a", 0)],
  },
  "and all of the dead set by the time of their deaths": {
    path: "/morgue/all/retry",
    until: 7,
    leaves: (state) => jidsIn(state["queue:default"], "d"),
    left: [jid("d", 0), jid("d", 3)],
  },
  "what is no job stays in the dead set, and keeps none of the others there": {
    path: "/morgue/all/retry",
    hasNoJob: true,
    leaves: (state) => [state["dead"]?.length, jidsIn(state["queue:default"], "d")],
    left: [1, [jid("d", 0), jid("d", 3)]],
  },
};

const nameOf = ({ path, form, query = "" }: Scenario): string =>
  `POST ${path} ${JSON.stringify(form ?? {})}${query && ` from ${query}`}`;

describeInterop(
  "a form to a dashboard",
  (shared) => {
    const { generation, version } = shared.ruby;
    const beside = setBesideRuby(shared);

    const formOf = ({ path, form }: Scenario): Form =>
      form?.["key_val"] === "__QUEUED__"
        ? { key_val: queuedText(generation, path.includes("low") ? 9 : 2) }
        : (form ?? {});

    const prepare = async ({ hasNoJob = false }: Scenario): Promise<void> => {
      await fill(shared.redis, generation, version);
      if (hasNoJob) await shared.redis.zadd("dead", NO_JOB.score, NO_JOB.text);
    };

    const rubys = async (scenario: Scenario) => {
      await prepare(scenario);
      const form: Record<string, unknown> = { ...formOf(scenario) };
      if (form["key[]"]) {
        form["key"] = form["key[]"];
        delete form["key[]"];
      }
      const referer = `http://example.org${scenario.path}${scenario.query ?? ""}`;
      const { status, location } = await shared.page(scenario.path, form, { HTTP_REFERER: referer });
      return { status, location: pathOf(location), state: await stateOf(shared.redis) };
    };

    const ours = async (scenario: Scenario) => {
      await prepare(scenario);
      const referer = `${beside.dashboard.url}${scenario.path}${scenario.query ?? ""}`;
      const headers = { referer, "sec-fetch-site": "same-origin" };
      const { status, location } = await beside.dashboard.post(scenario.path, formOf(scenario), headers);
      return { status, location: pathOf(location ?? null), state: await stateOf(shared.redis) };
    };

    const here = ({ since = 6, until = 8 }: Scenario): boolean => since <= generation && generation <= until;

    test.each(SAME.filter(here).map((scenario) => [nameOf(scenario), scenario] as const))(
      "%s",
      async (_name, scenario) => {
        const theirs = await rubys(scenario);

        expect(await ours(scenario)).toEqual(theirs);
      },
    );

    describe("differs where it is to", () => {
      const those = Object.entries(OTHERWISE).filter(([, scenario]) => here(scenario));
      test.each(those)("%s", async (_name, scenario) => {
        // Some of them Ruby fails at.
        const theirs = await rubys(scenario).catch((error: unknown) => ({ error, state: {} }));

        const own = await ours(scenario);

        expect(own.state).not.toEqual(theirs.state);
        expect(own.status).toBe(302);
        expect(scenario.leaves(own.state)).toEqual(scenario.left);
      });
    });
  },
  { keepsState: true },
);

const jidsIn = (texts: readonly string[] | undefined, letter: string): string[] =>
  (texts ?? []).flatMap((text) => new RegExp(`"jid":"(${letter}{22}\\d\\d)"`).exec(text)?.[1] ?? []);

const pathOf = (location: string | null): string | null =>
  location === null ? null : location.replace(/^http:\/\/[^/]+/, "");
