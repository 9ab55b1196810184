/** Flags that several commands share, and how flags become arguments again for a command that another one starts. */
import type { Flag, Flags } from "./command.ts";

export const REDIS: Flag = {
  option: "--redis <url>",
  tells: "Redis to use (default: REDIS_PROVIDER, REDIS_URL, or redis://localhost:6379/0)",
};

export const GOAL: Flag = {
  option: "--goal <[queue=]seconds>",
  tells: "so long the oldest job of a queue may wait (default: 300); may be repeated, as mailers=60",
  isList: true,
};

export const VERBOSE: Flag = { option: "-v, --verbose", tells: "log at debug level" };

/** The values of flags, by the names of their rows, as the arguments that say the same. */
export const flagsAsArgs = <F extends object>(rows: Flags<F>, values: Readonly<F>): readonly string[] =>
  (Object.entries(rows) as [keyof F, Flag][]).flatMap(([name, { option }]) => {
    const flag = option.split(/[ ,]/)[0] as string;
    // A flag is nothing else, as commander reads it.
    const value = values[name] as undefined | boolean | string | number | readonly string[];
    if (value === undefined || value === false) return [];
    if (value === true) return [flag];
    return [value].flat().flatMap((one) => [flag, String(one)]);
  });
