/** What each key does: a state and a key make another state, and what is to be done besides. */
import { jobLines } from "./body.ts";
import type { Turn } from "./effect.ts";
import { READ, turn } from "./effect.ts";
import { roomFor } from "./frame.ts";
import { isLetter } from "./keys.ts";
import { onDialogKey } from "./on-dialog-key.ts";
import { onListKey } from "./on-list-key.ts";
import { openTab } from "./openings.ts";
import type { Size, TopState } from "./state.ts";
import { BEGINNING, pictureOf, withList } from "./state.ts";
import { TABS } from "./tabs.ts";
import type { TabName } from "./tabs.ts";

export const onKey = (before: TopState, key: string, size: Size): Turn => {
  if (key === "paste-start") return turn({ ...before, isPasting: true });
  if (key === "paste-end") return turn({ ...before, isPasting: false });
  // Of a text that is pasted no letter is a command.
  // A mark of its end that was lost must not lock the way out.
  if (before.isPasting && key === "ctrl-c") return onKey({ ...before, isPasting: false }, key, size);
  if (before.isPasting && !(isLetter(key) && before.dialog)) return turn(before);
  if (before.dialog) return onDialogKey(before, before.dialog, key, size);
  const state = { ...before, said: "", isWrong: false };
  return (
    onAnyKey(state, key) ??
    (state.place.job ? onJobKey(state, key, size) : undefined) ??
    onListKey(state, key, roomFor(size))
  );
};

const onAnyKey = (state: TopState, key: string): Turn | undefined => {
  const at = TABS.indexOf(state.place.tab);
  const beside = (step: number): TabName => TABS[(at + step + TABS.length) % TABS.length] ?? "home";
  switch (key) {
    case "q":
    case "ctrl-c":
      return turn(state, { do: "quit" });
    case "ctrl-z":
      return turn(state, { do: "suspend" });
    case "ctrl-l":
      return turn(withList(state, { starts: BEGINNING }), { do: "redraw" }, READ);
    case "?":
      return turn({ ...state, dialog: { kind: "help", top: 0 } });
    case "right":
    case "tab":
      return openTab(state, beside(1));
    case "left":
    case "shift-tab":
      return openTab(state, beside(-1));
    default: {
      const named = /^[1-9]$/.test(key) ? TABS[Number(key) - 1] : undefined;
      return named && openTab(state, named);
    }
  }
};

/** Undefined where it is a key of lists as well. */
const onJobKey = (state: TopState, key: string, size: Size): Turn | undefined => {
  const room = roomFor(size);
  const lines = jobLines(pictureOf(state)?.facts ?? [], size.columns).length;
  // The last line stays on the screen.
  const scrolled = (to: number): Turn => turn({ ...state, scroll: Math.max(0, Math.min(to, lines - room)) });
  switch (key) {
    case "escape":
    case "backspace": {
      const { job: _, ...place } = state.place;
      return turn({ ...state, place, scroll: 0 }, READ);
    }
    case "j":
    case "down":
      return scrolled(state.scroll + 1);
    case "k":
    case "up":
      return scrolled(state.scroll - 1);
    case "l":
    case "pagedown":
      return scrolled(state.scroll + room);
    case "h":
    case "pageup":
      return scrolled(state.scroll - room);
    case "g":
    case "home":
      return scrolled(0);
    case "G":
    case "end":
      return scrolled(lines);
    case "enter":
    case "/":
    case "x":
    case "A":
      return turn(state);
    default:
      return undefined;
  }
};
