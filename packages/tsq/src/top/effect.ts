/** What a key makes the program do, beside another state. */
import type { Verb } from "./key-list.ts";
import type { Row } from "./picture.ts";
import type { TopState } from "./state.ts";

export type Effect =
  | { readonly do: "read" | "quit" | "suspend" | "redraw" }
  /** Find out what would be done, and ask. */
  | { readonly do: "ask"; readonly verb: Verb; readonly rows: readonly Row[] | "all" }
  /** Yes. */
  | { readonly do: "begin" }
  /** End what goes on. */
  | { readonly do: "stop" };

export interface Turn {
  readonly state: TopState;
  readonly effects: readonly Effect[];
}

export const turn = (state: TopState, ...effects: readonly Effect[]): Turn => ({ state, effects });

export const READ: Effect = { do: "read" };
