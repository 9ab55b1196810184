/** Checks of options that several classes take: one answer, and one text, for each of them. */
import type { Logger } from "pino";
import { ConfigError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import type { WireOption } from "../redis/fleet.ts";

// What tsq calls on a logger: a job's own is a child, and lines of level info are only made where they are written.
const LOGGER_FUNCTIONS = ["info", "warn", "error", "child", "isLevelEnabled"] as const;

/** @throws ConfigError when it lacks one of the functions that are called, which would make jobs fail later */
export const checkedLogger = (logger: Logger): Logger => {
  // From JavaScript anything can come.
  const given = logger as Partial<Record<string, unknown>> | null | undefined;
  const missing = LOGGER_FUNCTIONS.filter((name) => typeof given?.[name] !== "function");
  if (missing.length === 0) return logger;
  const names = missing.map((name) => `\`${name}\``).join(", ");
  throw new ConfigError(
    `Expected \`logger\` to be a pino logger, got a value of type \`${typeof logger}\` without the functions ${names}. Pass \`pino()\`.`,
  );
};

/** @throws ConfigError when it is no array, or holds what is no function: it would fail at every job */
export const checkedFunctions = <T>(name: string, value: readonly T[]): readonly T[] => {
  if (Array.isArray(value) && value.every((one) => typeof one === "function")) return value;
  throw new ConfigError(
    `Expected \`${name}\` to be an array of functions, got \`${inspect(value)}\`. Put each of them into the array.`,
  );
};

/** @throws ConfigError when it is another one: it would write times that no generation reads */
export const checkedWire = (wire: WireOption): WireOption => {
  if (["auto", 7, 8].includes(wire)) return wire;
  throw new ConfigError(
    `Expected \`wire\` to be one of auto, 7, 8, got \`${inspect(wire)}\`. Leave it out for auto.`,
  );
};

/** @throws ConfigError when it is no number, not finite, or below */
export const numberFrom = (name: string, value: unknown, least: number): number => {
  if (typeof value === "number" && value >= least && Number.isFinite(value)) return value;
  throw new ConfigError(`Expected \`${name}\` to be a number from ${least}, got \`${String(value)}\`.`);
};

/** @throws ConfigError when it is no integer, or below */
export const integerFrom = (name: string, value: unknown, least: number): number => {
  if (Number.isInteger(value) && (value as number) >= least) return value as number;
  throw new ConfigError(`Expected \`${name}\` to be an integer from ${least}, got \`${String(value)}\`.`);
};
