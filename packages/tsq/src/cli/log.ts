/** The command's log: for people on a terminal, one JSON object per line everywhere else. */
import { pino } from "pino";
import type { Logger } from "pino";
import { ERROR_SERIALIZERS } from "@tsq/core/protocol";
import { logDestination } from "@tsq/worker";
import { pretty } from "./pretty-log.ts";

export const openLog = (isVerbose: boolean): Logger => {
  const own = { level: isVerbose ? "debug" : "info", serializers: ERROR_SERIALIZERS };
  return process.stdout.isTTY
    ? pino({ ...own, base: null }, pretty(logDestination()))
    : pino(own, logDestination());
};
