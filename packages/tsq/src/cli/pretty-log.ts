/** Log lines for people: time, level, the job's class and jid, what happened. */
import type { LogDestination } from "@tsq/worker";
import pinoPretty from "pino-pretty";
import { terminalJson, terminalText } from "./terminal-text.ts";

/** Writes pino's lines there as people read them. */
export const pretty = (destination: LogDestination): LogDestination => {
  const format = pinoPretty.prettyFactory({
    colorize: process.stdout.hasColors?.() ?? false,
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "pid,hostname,jid,class,elapsed",
    messageFormat: (log, key) =>
      [
        typeof log["class"] === "string" ? terminalText(log["class"]) : undefined,
        typeof log["jid"] === "string" ? `jid=${terminalText(log["jid"])}` : undefined,
        typeof log["elapsed"] === "number" ? `elapsed=${log["elapsed"]}` : undefined,
        typeof log[key] === "string" ? terminalText(log[key]) : "",
      ]
        .filter((part) => part)
        .join(" "),
  });
  return {
    write: (line) => destination.write(format(terminalJson(line))),
    writeNow: () => destination.writeNow(),
  };
};
