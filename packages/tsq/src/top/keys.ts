/** Keys by name, of what Node's readline makes of the bytes of a terminal. */

/** What readline tells of a key. */
export interface Pressed {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

const NAMED: Readonly<Record<string, string>> = {
  up: "up",
  down: "down",
  left: "left",
  right: "right",
  return: "enter",
  enter: "enter",
  escape: "escape",
  backspace: "backspace",
  delete: "delete",
  tab: "tab",
  pageup: "pageup",
  pagedown: "pagedown",
  home: "home",
  end: "end",
  "paste-start": "paste-start",
  "paste-end": "paste-end",
};

/** `up`, `enter`, `ctrl-c`; of a letter itself, as it was typed; empty of what has no meaning. */
export const keyOf = ({
  name = "",
  sequence = "",
  ctrl = false,
  meta = false,
  shift = false,
}: Pressed): string => {
  if (name === "tab" && shift) return "shift-tab";
  const named = NAMED[name];
  if (named !== undefined) return named;
  if (ctrl && /^[a-z]$/.test(name)) return `ctrl-${name}`;
  if (meta || ctrl) return "";
  // A letter; all else that has a name is of no use here, such as F1.
  return /^[^\p{Cc}\p{Cs}]{1,2}$/u.test(sequence) ? sequence : "";
};

/** Whether it is text, and no command. */
export const isLetter = (key: string): boolean => /^.$/su.test(key);
