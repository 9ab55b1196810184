/** Options that only code can give: functions, middleware, a logger. */
import type { Logger } from "pino";
import { ConfigError } from "../errors.ts";
import { chainOf } from "./chain.ts";
import type { Chain } from "./chain.ts";
import { notAsExpected } from "./option.ts";
import type { Kind } from "./option.ts";

type Call = (...args: never[]) => unknown;

/** A function whose type nobody can check. */
export const oneFunction = <T extends Call>(
  takes: string,
  remedy = "Pass one, or leave it out.",
): Kind<T> => ({
  takes,
  read: (value, place) => {
    if (typeof value === "function") return value as T;
    throw notAsExpected(place, "a function", value, remedy);
  },
});

/** A list of what is no function would fail at every job. */
export const functions = <T extends Call>(): Kind<readonly T[]> => ({
  takes: "array of functions",
  read: (value, place) => {
    if (Array.isArray(value) && value.every((one) => typeof one === "function")) return value as T[];
    throw notAsExpected(place, "an array of functions", value, "Put each of them into the array.");
  },
});

/** Middleware, as a chain of the reader's own. */
export const middleware = <M extends Call>(side: "client" | "server"): Kind<Chain<M>> => ({
  takes: `array or [\`Chain\`](middleware.md#chains) of ${side} middleware`,
  read: chainOf<M>,
});

// What tsq calls on a logger: a job's own is a child, and lines of level info are only made where they are written.
const LOGGER_FUNCTIONS = ["info", "warn", "error", "child", "isLevelEnabled"] as const;

/** One that lacks a function which is called would make jobs fail later. */
export const logger = (): Kind<Logger> => ({
  takes: "a pino logger",
  read: (value) => {
    // From JavaScript anything can come.
    const given = value as Partial<Record<string, unknown>> | null | undefined;
    const missing = LOGGER_FUNCTIONS.filter((name) => typeof given?.[name] !== "function");
    if (missing.length === 0) return value as Logger;
    const names = missing.map((name) => `\`${name}\``).join(", ");
    throw new ConfigError(
      `Expected \`logger\` to be a pino logger, got a value of type \`${typeof value}\` without the functions ${names}. Pass \`pino()\`.`,
    );
  },
});
