/** The command's log: for people on a terminal, one JSON object per line everywhere else. */
import { pino } from "pino";
import type { Logger } from "pino";
import { ERROR_SERIALIZERS } from "@tsq/core/protocol";
import { logDestination, plainLog } from "@tsq/worker";
import { pretty } from "./pretty-log.ts";

export const openLog = (isVerbose: boolean): Logger => {
  const level = isVerbose ? "debug" : "info";
  return process.stdout.isTTY
    ? pino({ level, serializers: ERROR_SERIALIZERS, base: null }, pretty(logDestination()))
    : plainLog(level);
};
