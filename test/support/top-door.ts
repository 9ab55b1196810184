/** Keys of `tsq top`, as somebody presses them who looks at its screen. */
import type { ApiConnection } from "@tsq/core/api";
import { isSwitch, LOW, QUERY } from "./doors.ts";
import type { Answer, Between, Door, Wish } from "./doors.ts";
import { ALL_BINDINGS } from "./inside-tsq.ts";
import { TopScreen } from "./top-screen.ts";
import type { Settled } from "./top-screen.ts";
import { typed } from "./top-state.ts";

type TopWish = Exclude<Wish, { readonly entry: string }>;

/** @param api stays open */
export const topDoor =
  (api: ApiConnection, url: string): Door =>
  async (wish, between) => {
    if ("entry" in wish) return undefined;
    const key = keyOf(wish);
    if (key === undefined) return undefined;
    const top = new TopScreen(api, url);
    try {
      await goes(top, wish);
      const isMeant = isOfAll(wish) ? await ticksAll(top) : await goesToRow(top, rowOf(wish));
      if (!isMeant) return undefined;
      if (isSwitch(wish)) await between("");
      top.press(key);
      return answerOf(await answered(top, await top.settles(), wish, between));
    } finally {
      await top.quit();
    }
  };

const answerOf = ({ text, isWrong }: Settled): Answer => ({ ended: isWrong ? "wrong" : "well", says: text });

const answered = async (
  top: TopScreen,
  settled: Settled,
  wish: TopWish,
  between: Between,
): Promise<Settled> => {
  if (settled.kind !== "question") return settled;
  if (!isSwitch(wish)) await between(settled.text);
  const number = /Type (\d+) and Enter/.exec(settled.text)?.[1];
  // What is typed in the place of a letter is one key after the other, and Enter behind it.
  const types = wish.types ?? number ?? "y";
  top.press(...typed(types), ...(number === undefined && types !== "" ? [] : ["enter"]));
  await top.goesOn();
  return top.settles();
};

/** What has not failed is enqueued, one key pauses and resumes, and another deletes jobs and clears queues. */
const keyOf = (wish: TopWish): string | undefined => {
  const isScheduled = "place" in wish && wish.place === "scheduled";
  const others: Readonly<Record<string, string>> = {
    resume: "pause",
    clear: "delete",
    ...(isScheduled && { retry: "enqueue" }),
  };
  const verb = others[wish.verb] ?? wish.verb;
  return ALL_BINDINGS.find((binding) => binding.verb === verb)?.key;
};

/** By the number of its tab, and the title of that. */
const TABS = {
  retry: ["5", "Retries"],
  scheduled: ["4", "Scheduled"],
  dead: ["6", "Dead"],
  running: ["2", "Busy"],
  queue: ["3", "Queues"],
} as const;

const goes = async (top: TopScreen, wish: TopWish): Promise<void> => {
  const [key, title] = "queue" in wish ? TABS.queue : "identity" in wish ? TABS.running : TABS[wish.place];
  top.press(key);
  await top.shows(new RegExp(`\\[${title}\\]`));
  if (!("place" in wish) || wish.place !== "queue") return;
  await goesToRow(top, new RegExp(`\\b${LOW}\\b`));
  top.press("enter");
  await top.shows(new RegExp(`^Queue ${LOW}\\b`));
};

const isOfAll = (wish: TopWish): boolean => "place" in wish && wish.jid === undefined;

const rowOf = (wish: TopWish): RegExp => {
  if ("queue" in wish) return new RegExp(`^> *${wish.queue}\\b`);
  if ("identity" in wish) return new RegExp(`^> *${wish.identity.split(":").slice(0, 2).join(":")}\\b`);
  return new RegExp(wish.jid ?? "");
};

const goesToRow = async (top: TopScreen, meant: RegExp): Promise<boolean> => {
  while (top.row !== undefined && !meant.test(top.row)) {
    const before = top.row;
    top.press("j");
    // It was the last.
    if (top.row === before) return false;
  }
  return top.row !== undefined;
};

/** False of a list where that is not possible. */
const ticksAll = async (top: TopScreen): Promise<boolean> => {
  top.press("/", ...typed(QUERY), "enter");
  await top.shows(/^filter {2}/);
  top.press("A", "A");
  return top.lines.some((line) => /\ball ticked$/.test(line));
};
