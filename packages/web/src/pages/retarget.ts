/** Where the jobs that were ticked shall go, or when they shall run; the same of one. */
import type { TargetVerb, TypedTarget } from "../bulk/target.ts";
import { exact, html } from "../html/html.ts";
import type { Html } from "../html/html.ts";
import type { Frame, Page } from "../layout/frame.ts";
import { className, name } from "../layout/names.ts";
import type { WordKey } from "../words/words.ts";
import { confirmPage } from "./confirm.ts";
import { targetField } from "./target-field.ts";

/** What the page is made of. */
export interface RetargetView {
  readonly verb: TargetVerb;
  /** Where it is posted. */
  readonly path: string;
  /** Those that were ticked; none where the path names the one. */
  readonly keys: readonly string[];
  readonly count: number;
  /** The class of each; undefined of what is no job. None where nobody has looked. */
  readonly classes: readonly (string | undefined)[];
  /** What comes of it. */
  readonly follows: WordKey;
  /** Where one came from. */
  readonly back: string;
  /** The query of the list, to come back to it as it was. */
  readonly from: string;
  readonly queues: readonly string[];
  readonly typed?: TypedTarget | undefined;
  /** Why, as it was typed. */
  readonly reason?: string | undefined;
}

const MOST_ROWS = 6;

/** Asks. */
export const retargetPage = (view: RetargetView, frame: Frame): Page => {
  const { verb, keys, count, classes, path, back, from, queues, typed, reason } = view;
  const { words } = frame;
  const [first] = classes;
  const hidden = keys.map((key) => html`<input type="hidden" name="key[]" value="${exact(key)}">`);
  return confirmPage(
    {
      question:
        count === 1 && first !== undefined
          ? words.say(`ask.${verb}`, { name: name(first) })
          : words.say(`bulk.${verb}.question`, { count }),
      text: words.say(view.follows),
      counts: classes.length > 1 ? countsOf(classes, frame) : [],
      path,
      fields: { [verb]: "1", from },
      verb: words.say(`bulk.${verb}.button`, { count }),
      back,
      more: html`${hidden}${targetField(verb, typed, queues, frame)}`,
      reason,
    },
    frame,
  );
};

const countsOf = (
  classes: readonly (string | undefined)[],
  { words }: Frame,
): readonly (readonly [Html, number])[] => {
  const counts = new Map<string | undefined, number>();
  for (const one of classes) counts.set(one, (counts.get(one) ?? 0) + 1);
  const sorted = [...counts].toSorted(([, one], [, other]) => other - one);
  const rest = sorted.slice(MOST_ROWS).reduce((sum, [, count]) => sum + count, 0);
  return [
    ...sorted
      .slice(0, MOST_ROWS)
      .map(([of, count]) => [of === undefined ? words.say("job.malformed") : className(of), count] as const),
    ...(rest > 0 ? [[words.say("metrics.others"), rest] as const] : []),
  ];
};
