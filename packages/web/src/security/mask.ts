/** Hides what should not be read over a shoulder: passwords and tokens in the arguments of jobs. */
import type { User } from "./roles.ts";

/** What is known of the job whose arguments are shown. */
export interface MaskedJob {
  /** The class that runs, of a wrapper of ActiveJob the one inside: never the label `display_class`, which is the pusher's. */
  readonly class: string | undefined;
  readonly queue: string | undefined;
  readonly jid: string | undefined;
  /** Who looks. */
  readonly user: User;
}

/**
 * Answers the arguments as they are shown. What it throws hides all of them. Of a job with CurrentAttributes of Rails (`cattr`) it is
 * asked for these as well, as for one argument, an object.
 */
export type Mask = (args: readonly unknown[], job: MaskedJob) => readonly unknown[];

/** What stands in the place of a value that is not shown. */
export const MASKED = "[masked]";

// The keys of Rails' own filter, and what else is common. `token` and the like also as a part: `access_token`.
const SECRET =
  /passw|passphrase|secret|token|api_?-?key|private_?-?key|access_?-?key|credential|authori[sz]ation|^auth$|_crypt|^salt$|certificate|^otp$|^ssn$|^cvv|^cvc|card_?-?number|^pin$|cookie|session_?-?id/i;

// Deeper than anybody writes arguments; a walk of ours must not be ended by somebody's brackets.
const DEEPEST = 100;

/** By the names of keys, wherever in the arguments they are. A value is the same object when nothing in it was masked. */
export const maskByKeys: Mask = (args) => {
  const masked = maskValue(args, 0);
  // A list stays a list.
  return masked as readonly unknown[];
};

/** The same for a whole payload. */
export const maskValue = (value: unknown, depth = 0): unknown => {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return MASKED;
  if (Array.isArray(value)) {
    const items = value.map((item) => maskValue(item, depth + 1));
    return items.every((item, i) => item === value[i]) ? value : items;
  }
  let isChanged = false;
  const entries = Object.entries(value).map(([key, inner]: [string, unknown]) => {
    const masked = SECRET.test(key) && inner !== null ? MASKED : maskValue(inner, depth + 1);
    isChanged ||= masked !== inner;
    return [key, masked] as const;
  });
  return isChanged ? Object.fromEntries(entries) : value;
};

/**
 * Whether something may stand in what is no JSON that the mask would hide: the names of its keys cannot be told then.
 * A mask of the host may hide what has no key at all.
 */
export const mayHoldSecrets = (mask: Mask, bytes: Buffer): boolean =>
  mask !== maskByKeys || bytes.includes(":") || bytes.includes("=") || SECRET.test(bytes.toString("latin1"));

/** As somebody may see them: a mask that fails has not said that they may. */
export const maskedArgs = (mask: Mask, args: readonly unknown[], about: MaskedJob): readonly unknown[] => {
  try {
    return mask(args, about);
  } catch {
    return args.map(() => MASKED);
  }
};
