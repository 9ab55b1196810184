/** What the buttons of one cron entry do, with the paths of sidekiq-cron, and the questions before. */
import { ConfigError } from "@tsq/core/config";
import { confirmPage, html, name as shown, postForm } from "@tsq/web";
import type { Frame, Page, TabRoute, TabVisit } from "@tsq/web";
import type { CronEntry } from "@tsq/cron";
import { entryPath } from "./entry-view.ts";
import { segmentsOf, VERBS } from "./cron-verbs.ts";
import type { Verb } from "./cron-verbs.ts";
import { subjectOf } from "./schedule-door.ts";
import type { ScheduleDoor } from "./schedule-door.ts";

/** Of one entry. */
export const entryActions = (door: ScheduleDoor): readonly TabRoute[] =>
  VERBS.flatMap((verb) =>
    ["/:name", "/namespaces/:namespace/jobs/:name"].flatMap((own) =>
      segmentsOf(verb).flatMap((segment): TabRoute[] => [
        {
          method: "POST",
          path: `${own}/${segment}`,
          action: verb,
          subject: named,
          answer: (visit) => actOnOne(visit, door, verb),
        },
        ...(verb === "run" || verb === "delete"
          ? [
              {
                method: "GET" as const,
                path: `${own}/${segment}`,
                action: verb,
                subject: named,
                answer: (visit: TabVisit) => askAboutOne(visit, door, verb),
              },
            ]
          : []),
      ]),
    ),
  );

/** As far as the path says it: what it pushes, and where, is asked for once it is found. */
const named = ({ name = "" }: Readonly<Record<string, string>>) => ({ name });

/** Whoever may not touch a queue or a class puts none of it there by the clock either. */
const refusalOf = async (visit: TabVisit, verb: Verb, entry: CronEntry): Promise<Response | undefined> => {
  const why = await visit.why(verb, subjectOf(entry));
  if (why === undefined) return undefined;
  return new Response(why, { status: 403, headers: { "content-type": "text/plain; charset=utf-8" } });
};

const actOnOne = async (visit: TabVisit, door: ScheduleDoor, verb: Verb): Promise<Response> => {
  const { words } = visit;
  visit.counts(0);
  const entry = await door.find(visit);
  if (!entry) return visit.done("/cron", words.text("cron.said_gone"));
  const refusal = await refusalOf(visit, verb, entry);
  if (refusal) return refusal;
  const { name } = entry;
  if (verb === "run") return run(visit, door, entry);
  if (verb === "delete") {
    const isDeleted = await entry.delete();
    visit.counts(isDeleted ? 1 : 0);
    return visit.done("/cron", words.text(isDeleted ? "cron.said_delete" : "cron.said_gone", { name }));
  }
  // As `tsq cron enable`: it would never fire.
  if (verb === "enable" && entry.error) return visit.done(entryPath(entry), entry.error.message);
  if (!(await entry[verb]())) return visit.done("/cron", words.text("cron.said_gone"));
  visit.counts(entry.status === `${verb}d` ? 0 : 1);
  return visit.done(visit.cameFrom("/cron"), words.text(`cron.said_${verb}`, { name }));
};

const run = async (visit: TabVisit, door: ScheduleDoor, entry: CronEntry): Promise<Response> => {
  const { words, form } = visit;
  const { name } = entry;
  const said = form.get("active_job");
  const activeJob = said === null ? undefined : said === "1";
  try {
    const jid = await entry.run({ activeJob });
    visit.counts(jid === null ? 0 : 1);
    const text =
      jid === null ? words.text("cron.said_stopped", { name }) : words.text("cron.said_run", { name, jid });
    return visit.done(said === null ? visit.cameFrom("/cron") : "/cron", text);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // It was deleted, or it does not say what its class is: then somebody is asked.
    if (await door.find(visit)) return visit.done(`${entryPath(entry)}/enque`);
    return visit.done("/cron", words.text("cron.said_gone"));
  }
};

const askAboutOne = async (
  visit: TabVisit,
  door: ScheduleDoor,
  verb: "run" | "delete",
): Promise<Response> => {
  const entry = await door.find(visit);
  if (!entry) return visit.done("/cron", visit.words.text("cron.said_gone"));
  const refusal = await refusalOf(visit, verb, entry);
  if (refusal) return refusal;
  if (verb === "run") return visit.page((frame) => formPage(entry, frame));
  const own = entryPath(entry);
  return visit.page((frame) => {
    const { words } = frame;
    const view = {
      question: words.say("cron.ask_delete", { name: shown(entry.name) }),
      text: words.say("cron.ask_delete_text"),
      path: `${own}/delete`,
      fields: {},
      verb: words.say("verb.delete"),
      back: own,
    };
    return { ...confirmPage(view, frame), here: "/cron" };
  });
};

/** Which form the job has: pushed in the other one it would fail. */
const formPage = (entry: CronEntry, frame: Frame): Page => {
  const { words, to } = frame;
  const question = words.say("cron.ask_form", { class: shown(entry.class) });
  const own = entryPath(entry);
  const button = (activeJob: "0" | "1", word: "cron.as_active_job" | "cron.as_plain") =>
    postForm(
      frame,
      `${own}/enque`,
      { active_job: activeJob },
      html`<button class="btn">${words.say(word)}</button>`,
    );
  return {
    title: question,
    heading: question,
    lead: words.say("cron.ask_form_text"),
    isLive: false,
    here: "/cron",
    body: html`<section class="panel pad narrow"><div class="acts"><a class="btn" href="${to(own)}">${words.say("verb.cancel")}</a>${button("1", "cron.as_active_job")}${button("0", "cron.as_plain")}</div></section>`,
  };
};
