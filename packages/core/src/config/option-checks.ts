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

/** @throws ConfigError when it is another one: it would write times that no generation reads */
export const checkedWire = (wire: WireOption): WireOption => {
  if (["auto", 7, 8].includes(wire)) return wire;
  throw new ConfigError(
    `Expected \`wire\` to be one of auto, 7, 8, got \`${inspect(wire)}\`. Leave it out for auto.`,
  );
};
