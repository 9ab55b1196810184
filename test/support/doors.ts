/**
 * The three doors to the same verbs, as somebody goes through them: a command of the terminal, a key of `tsq top`, a form of
 * the dashboard. What was looked at is there; between the question and the yes something may happen.
 */
import type { ApiConnection } from "@tsq/core/api";
import type { Served } from "./dashboard.ts";
import {
  COMMANDS,
  deedOf,
  FindingsKept,
  firstState,
  listOf,
  Output,
  Pace,
  readPlace,
  orUnusable,
  verbsOf,
  writeAudit,
} from "./inside-tsq.ts";
import type { CommandContext, Place } from "./inside-tsq.ts";

export type JobPlaceName = "retry" | "scheduled" | "dead" | "queue" | "running";
export type JobVerb = "retry" | "kill" | "delete" | "move" | "cancel";
type QueueVerb = "pause" | "resume" | "clear";
type ProcessVerb = "quiet" | "stop";
type CronVerb = "enable" | "disable" | "run" | "delete";

/** The queue of jobs that wait, and the one that jobs are moved to. */
export const LOW = "low";
export const BULK = "bulk";

/** What somebody wants. */
export type Wish =
  /** One job, or all of the class HardJob. */
  | { readonly verb: JobVerb; readonly place: JobPlaceName; readonly jid: string | undefined }
  | { readonly verb: QueueVerb; readonly queue: string }
  | { readonly verb: ProcessVerb; readonly identity: string }
  /** Of the cron schedule. */
  | { readonly verb: CronVerb; readonly entry: string };

/** How it has ended for whoever did it, and in which words. */
export interface Answer {
  readonly ended: "well" | "wrong";
  readonly says: string;
}

/** @param between what happens when one has looked, and before one says yes. Undefined where there is no such button or key */
export type Door = (wish: Wish, between: Between) => Promise<Answer | undefined>;

/** What was asked, with what stands above it. */
type Between = (asked: string) => Promise<void>;

const QUERY = "class:HardJob";

/** Nobody is asked before these. */
const isSwitch = ({ verb }: Wish): boolean => AT_ONCE.includes(verb);
const AT_ONCE: readonly string[] = ["pause", "resume", "enable", "disable", "run"];

/** @param url of the Redis that what goes wrong is told of */
const ended = async (url: string, run: () => Promise<string>): Promise<Answer> => {
  try {
    return { ended: "well", says: await run() };
  } catch (error) {
    return { ended: "wrong", says: (orUnusable(error, url) as Error).message };
  }
};

/** Says yes to what is asked, a moment later. */
class YesLater extends Output {
  readonly #between: Between;

  constructor(between: Between, written: string[]) {
    const stdout = { write: (text: string) => written.push(text) };
    super(
      { isJson: false, isConfirmed: false },
      { stdin: process.stdin, stdout, stderr: stdout, signals: process },
    );
    this.#between = between;
  }

  override async confirm(
    question: string,
    { about = [] }: Parameters<Output["confirm"]>[1] = {},
  ): Promise<boolean> {
    await this.#between([...about, question].join("\n"));
    return true;
  }
}

/** @param url of the Redis */
export const terminalDoor =
  (url: string): Door =>
  async (wish, between) => {
    const written: string[] = [];
    const redis = { url, from: "--redis" };
    const out = new YesLater(between, written);
    const context: CommandContext = { env: {}, out, namedRedis: () => redis, redis: async () => redis };
    const code = await codeOf(wish);
    if (isSwitch(wish)) await between("");
    return ended(url, async () => {
      const args = commandOf(wish);
      await code.run(context, args.flags, ...(args.words as never[]));
      return written.join("");
    });
  };

const codeOf = async (wish: Wish) => {
  const cron = COMMANDS.find(({ name }) => name === "cron");
  const commands = "entry" in wish && cron && "commands" in cron ? cron.commands : COMMANDS;
  const spec = commands.find(({ name }) => name === wish.verb);
  if (!spec || !("load" in spec)) throw new Error(`There is no tsq ${wish.verb}.`);
  return spec.load();
};

const commandOf = (wish: Wish): { readonly flags: object; readonly words: readonly unknown[] } => {
  if ("queue" in wish) return { flags: {}, words: [wish.queue] };
  if ("identity" in wish) return { flags: {}, words: [wish.identity] };
  if ("entry" in wish) return { flags: {}, words: [wish.entry] };
  const { verb, place, jid } = wish;
  const list = place === "queue" ? `queue:${LOW}` : place;
  const flags = { in: [list], ...(verb === "move" && { to: BULK }) };
  if (jid !== undefined) return { flags, words: [[jid]] };
  return { flags: { ...flags, where: QUERY }, words: [[]] };
};

const TABS = { retry: "retries", scheduled: "scheduled", dead: "dead", running: "busy" } as const;

const topPlaceOf = (wish: Exclude<Wish, { readonly entry: string }>): Place => {
  if ("queue" in wish) return { tab: "queues" };
  if ("identity" in wish) return { tab: "busy" };
  return wish.place === "queue" ? { tab: "queues", queue: LOW } : { tab: TABS[wish.place] };
};

/** @param api stays open */
export const topDoor =
  (api: ApiConnection, url: string): Door =>
  async (wish, between) => {
    if ("entry" in wish) return undefined;
    const place = topPlaceOf(wish);
    const isAll = "place" in wish && wish.jid === undefined;
    const filter = isAll ? QUERY : "";
    const kept = { pace: new Pace(), findings: new FindingsKept() };
    const list = { ...listOf(firstState()), filter };
    const { rows } = (await readPlace(api, kept, place, list, 20)).picture;
    const meant = rows.filter(({ target }) => isMeant(target, wish));
    const verb = meant.flatMap(({ target }) => verbsOf(target)).find((one) => isKeyOf(one.verb, wish))?.verb;
    // Of a list that is no list of jobs all cannot be meant.
    if (verb === undefined || (isAll && place.tab === "busy")) return undefined;
    const warnings: string[] = [];
    const problemOf = (error: unknown): string => (orUnusable(error, url) as Error).message;
    const teller = { warn: (text: string) => void warnings.push(text), problemOf };
    const write = (done: Parameters<typeof writeAudit>[1]) => writeAudit(api, done, teller);
    const hands = { api, problemOf, write };
    const work = { signal: new AbortController().signal, tell: () => {} };
    if (isSwitch(wish)) await between("");
    return ended(url, async () => {
      const deed = await deedOf(hands, verb, isAll ? "all" : meant, { place, filter }, work);
      if ("said" in deed) return deed.said;
      if ("question" in deed && !isSwitch(wish)) await between([...deed.about, deed.question].join("\n"));
      return [await deed.begin(work), ...warnings].join(" ");
    });
  };

type Target = Parameters<typeof verbsOf>[0];

const isMeant = (target: Target, wish: Wish): boolean => {
  if (target.kind === "job") return "place" in wish && (wish.jid ?? target.at.job.jid) === target.at.job.jid;
  if (target.kind === "queue") return "queue" in wish && target.name === wish.queue;
  return target.kind === "process" && "identity" in wish && target.process.identity === wish.identity;
};

/** What has not failed is enqueued, and one key pauses and resumes. */
const isKeyOf = (verb: string, wish: Wish): boolean => {
  if (wish.verb === "resume") return verb === "pause";
  if (wish.verb === "retry")
    return verb === ("place" in wish && wish.place === "scheduled" ? "enqueue" : "retry");
  return verb === wish.verb;
};

const PATHS = {
  retry: "/retries",
  scheduled: "/scheduled",
  dead: "/morgue",
  queue: `/queues/${LOW}`,
  running: "/busy",
} as const;

export const dashboardDoor =
  (dashboard: Served): Door =>
  async (wish, between) => {
    if ("queue" in wish) return ofQueue(dashboard, wish, between);
    if ("identity" in wish)
      return formOf(dashboard, "/busy", { [wish.verb]: "1", identity: wish.identity }, "/busy", between);
    if ("entry" in wish) {
      const [path, segment] = [`/cron/${wish.entry}`, wish.verb === "run" ? "enque" : wish.verb];
      return formOf(dashboard, `${path}/${segment}`, {}, path, between);
    }
    const { place, jid } = wish;
    const verb = wish.verb === "retry" && place === "scheduled" ? "add_to_queue" : wish.verb;
    const to = verb === "move" ? { to: BULK } : {};
    if (jid === undefined) {
      const path = `${PATHS[place]}/all/${verb}`;
      const { text, status } = await dashboard.get(`${path}?q=${QUERY}`);
      if (status === 404) return undefined;
      await between(textOf(text));
      return answerOf(dashboard, path, { ...hiddenIn(text), ...to });
    }
    if (place === "queue" && (verb === "delete" || verb === "move"))
      return formOf(dashboard, `${PATHS.queue}/${verb}`, { "key[]": jid, ...to }, PATHS.queue, between);
    if (place === "queue" || place === "running" || verb === "cancel")
      return formOf(dashboard, `/jobs/${jid}`, { [verb]: "1" }, `/jobs/${jid}`, between);
    const { text } = await dashboard.get(PATHS[place]);
    const key = new RegExp(`value="([^"]*-${jid})"`).exec(text)?.[1] ?? `0-${jid}`;
    await between("");
    return answerOf(dashboard, `${PATHS[place]}/${key}`, { [verb]: "1", ...to });
  };

const ofQueue = async (
  dashboard: Served,
  { verb, queue }: { readonly verb: QueueVerb; readonly queue: string },
  between: Between,
): Promise<Answer> => {
  const path = `/queues/${queue}`;
  if (verb !== "clear")
    return formOf(dashboard, path, verb === "pause" ? { pause: "1" } : { unpause: "1" }, "/queues", between);
  const { text } = await dashboard.get(`${path}/confirm`);
  await between(textOf(text));
  return answerOf(dashboard, path, hiddenIn(text));
};

type Form = Readonly<Record<string, string>>;

/** @param seen the page that it is looked at on */
const formOf = async (
  dashboard: Served,
  path: string,
  form: Form,
  seen: string,
  between: Between,
): Promise<Answer> => {
  await dashboard.get(seen);
  await between("");
  return answerOf(dashboard, path, form);
};

const hiddenIn = (text: string): Form =>
  Object.fromEntries(
    [...text.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
      .map(
        ([, name = "", value = ""]) =>
          [name, value.replaceAll("&#x3a;", ":").replaceAll("&amp;", "&")] as const,
      )
      .filter(([name]) => name !== "authenticity_token" && name !== "theme"),
  );

const answerOf = async (dashboard: Served, path: string, form: Form): Promise<Answer> => {
  const { status, text, location = "", headers } = await dashboard.post(path, form);
  const flash = headers.getSetCookie().find((cookie) => cookie.startsWith("tsq_flash="));
  const said = decodeURIComponent(/^tsq_flash=([^;]*)/.exec(flash ?? "")?.[1] ?? "");
  if (status >= 400) return { ended: "wrong", says: textOf(text) };
  // Work that has not ended as it should has a page of its own.
  if (!location.startsWith("/bulk/")) return { ended: "well", says: said };
  return { ended: "wrong", says: textOf((await dashboard.get(location)).text) };
};

/** Of the page without what is around it. */
const textOf = (page: string): string =>
  (/<main[^>]*>([\s\S]*)<\/main>/.exec(page)?.[1] ?? page).replaceAll(/<[^>]*>/g, " ");
