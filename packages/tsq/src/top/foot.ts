/** The last lines: what was done or went wrong, and the keys. */
import { terminalText } from "../cli/terminal-text.ts";
import { verbsOf } from "./bindings.ts";
import type { Line } from "./line.ts";
import { listOf, rowOf } from "./state.ts";
import type { Size, TopState } from "./state.ts";
import { wrapTo } from "./wide.ts";

export const footOf = (state: TopState, { columns }: Size): readonly Line[] => [
  ...messageOf(state, columns),
  keysOf(state, columns),
];

/** What went wrong says also what to do, and that takes more than a line. */
const MOST_LINES = 4;

const messageOf = (state: TopState, columns: number): readonly Line[] => {
  const { dialog, trouble, said, isWrong } = state;
  const told = (text: string, tone: "bad" | "good"): readonly Line[] =>
    wrapTo(text, columns)
      .slice(0, MOST_LINES)
      .map((line): Line => [[line, tone]]);
  if (dialog?.kind === "filter") {
    const problem = dialog.problem === "" ? [] : told(terminalText(dialog.problem), "bad");
    return [...problem, [["/", "strong"], terminalText(dialog.text), ["_", "faint"]]];
  }
  // What is on the screen is old, whatever else there is to say.
  if (trouble !== "") return told(trouble, "bad");
  if (said !== "") return told(said, isWrong ? "bad" : "good");
  const { filter } = listOf(state);
  return filter === "" || state.place.job ? [[]] : [[["filter  ", "faint"], terminalText(filter)]];
};

const keysOf = (state: TopState, columns: number): Line => {
  const { dialog, place } = state;
  if (dialog?.kind === "help") return [["j/k scroll  Esc back  q quit", "faint"]];
  if (dialog?.kind === "filter") return [["Enter looks  Esc leaves it", "faint"]];
  if (dialog?.kind === "question")
    return [
      [dialog.typed === undefined ? "y does it, everything else does nothing" : "Esc does nothing", "faint"],
    ];
  if (dialog?.kind === "told") return [["Enter or Esc closes it", "faint"]];
  if (dialog?.kind === "work") return [];
  const target = rowOf(state)?.target;
  const deeds = (target ? verbsOf(target) : []).map(({ key, short }) => `${key} ${short}`);
  const looks = place.job ? ["Esc back", "j/k scroll"] : ["/ filter", "x tick", "Enter opens"];
  const all = ["? help", ...deeds, ...looks, "q quit"];
  // What the help says as well goes first.
  while (all.join(GAP).length > columns && all.length > 2) all.splice(-2, 1);
  return [[all.join(GAP), "faint"]];
};

const GAP = "  ";
