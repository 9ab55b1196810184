/** What the buttons for all cron entries do, with the paths of sidekiq-cron: of those that the question has named, and that one may. */
import { createHash } from "node:crypto";
import { ConfigError, needsTyping } from "@tsq/core/config";
import { confirmPage, cut, html } from "@tsq/web";
import type { TabRoute, TabVisit } from "@tsq/web";
import type { CronEntry } from "@tsq/cron";
import { segmentsOf, VERBS } from "./cron-verbs.ts";
import type { Verb } from "./cron-verbs.ts";
import { canEnable, listPath } from "./entry-view.ts";
import { subjectOf } from "./schedule-door.ts";
import type { ScheduleDoor } from "./schedule-door.ts";

/** Of all entries, or of all of a namespace. */
export const allActions = (door: ScheduleDoor): readonly TabRoute[] =>
  VERBS.flatMap((verb) =>
    ["/__all__", "/namespaces/:namespace/all"].flatMap((own) =>
      segmentsOf(verb).flatMap((segment): TabRoute[] => [
        {
          method: "GET",
          path: `${own}/${segment}`,
          action: `${verb}_all`,
          answer: (visit) => askAboutAll(visit, door, verb),
        },
        {
          method: "POST",
          path: `${own}/${segment}`,
          action: `${verb}_all`,
          answer: (visit) => actOnAll(visit, door, verb),
        },
      ]),
    ),
  );

/** Which the question has named: those that are loaded meanwhile are none of them. */
const NAMED_FIELD = "entries";
const DIGEST_LENGTH = 12;
const MOST_NAMES = 5;
const LONGEST_NAME = 30;

const digestOf = ({ key }: CronEntry): string =>
  createHash("sha1").update(key).digest("hex").slice(0, DIGEST_LENGTH);

/** Those that a form names; undefined of one of sidekiq-cron, which has asked nothing and means all. */
const namedIn = (form: URLSearchParams): ReadonlySet<string> | undefined => {
  const text = form.get(NAMED_FIELD);
  return text === null ? undefined : new Set(text.split(".").filter((digest) => digest !== ""));
};

interface Meant {
  /** Those that it would change. */
  readonly entries: readonly CronEntry[];
  /** Those of them that whoever asks may not do it to. */
  readonly refused: readonly CronEntry[];
}

const meant = async (visit: TabVisit, door: ScheduleDoor, verb: Verb): Promise<Meant> => {
  const all = await door.seen(visit, visit.params["namespace"]);
  const known = namedIn(visit.form);
  const would = all.filter((entry) => isChange(entry, verb) && known?.has(digestOf(entry)) !== false);
  // What may not be done to an entry of its own is not done to it among others either.
  const entries = await visit.allowed(verb, would, subjectOf);
  const may = new Set(entries);
  return { entries, refused: would.filter((entry) => !may.has(entry)) };
};

const isChange = (entry: CronEntry, verb: Verb): boolean => {
  if (verb === "enable") return canEnable(entry);
  return verb === "disable" ? entry.status === "enabled" : true;
};

/** Those that are left alone, and why; undefined where there are none. */
const leftAlone = ({ refused }: Meant, { words }: Pick<TabVisit, "words">): string | undefined => {
  if (refused.length === 0) return undefined;
  const rest = refused.length - MOST_NAMES;
  // The reason behind them is to be read as well.
  const names = refused.slice(0, MOST_NAMES).map(({ name }) => cut(name, LONGEST_NAME));
  return `${[...names, ...(rest > 0 ? [`+${words.number(rest)}`] : [])].join(", ")}: ${words.text("refuse.rule")}`;
};

const askAboutAll = async (visit: TabVisit, door: ScheduleDoor, verb: Verb): Promise<Response> => {
  const of = await meant(visit, door, verb);
  const count = of.entries.length;
  const { namespace } = visit.params;
  const back = listPath(namespace);
  const not = leftAlone(of, visit);
  // There is nothing to ask.
  if (count === 0) return visit.done(back, not);
  const own = namespace === undefined ? "/cron/__all__" : `${back}/all`;
  return visit.page((frame) => {
    const { words } = frame;
    const view = {
      question: words.say(`cron.ask_${verb}_all`, { count }),
      text: words.say(`cron.ask_${verb}_all_text`),
      path: `${own}/${segmentsOf(verb).at(namespace === undefined ? 0 : -1) ?? verb}`,
      fields: { [NAMED_FIELD]: of.entries.map(digestOf).join(".") },
      verb: words.say(WORDS[verb]),
      back,
      warning: not === undefined ? undefined : html`<bdi>${not}</bdi>`,
      typed: needsTyping(verb, count) ? `${count}` : undefined,
    };
    return { ...confirmPage(view, frame), here: "/cron" };
  });
};

const WORDS = {
  run: "verb.add_to_queue",
  enable: "cron.enable",
  disable: "cron.disable",
  delete: "verb.delete",
} as const;

const actOnAll = async (visit: TabVisit, door: ScheduleDoor, verb: Verb): Promise<Response> => {
  const { words, form } = visit;
  const asked = namedIn(form)?.size ?? 0;
  if (needsTyping(verb, asked) && form.get("typed")?.trim() !== `${asked}`) {
    visit.counts(0);
    const headers = { "content-type": "text/plain; charset=utf-8" };
    return new Response(words.text("refuse.typed", { text: `${asked}` }), { status: 422, headers });
  }
  const of = await meant(visit, door, verb);
  const refused: string[] = [];
  let count = 0;
  for (const entry of of.entries) {
    // Where it breaks off, so many are done.
    visit.counts(count);
    try {
      const answer = await entry[verb]();
      // One that was deleted meanwhile, or whose push a middleware has stopped.
      if (answer !== false && answer !== null) count++;
    } catch (error) {
      // One that does not say what its class is keeps none of the others from running.
      if (verb !== "run" || !(error instanceof ConfigError)) throw error;
      refused.push(entry.name);
    }
  }
  const said = [words.text(`cron.said_all_${verb}`, { count })];
  if (refused.length > 0) said.push(words.text("cron.said_not_run", { names: refused.join(", ") }));
  const not = leftAlone(of, visit);
  if (not !== undefined) said.push(not);
  visit.counts(count);
  return visit.done(listPath(visit.params["namespace"]), said.join(" "));
};
