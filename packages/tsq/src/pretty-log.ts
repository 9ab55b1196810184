/** Log lines for people: time, level, the job's class and jid, what happened. */
import pinoPretty from "pino-pretty";
import type { PrettyStream } from "pino-pretty";

export const pretty = (): PrettyStream =>
  pinoPretty({
    sync: true,
    colorize: process.stdout.hasColors?.() ?? false,
    translateTime: "SYS:HH:MM:ss.l",
    ignore: "pid,hostname,jid,class,elapsed",
    messageFormat: (log, key) =>
      [
        typeof log["class"] === "string" ? log["class"] : undefined,
        typeof log["jid"] === "string" ? `jid=${log["jid"]}` : undefined,
        typeof log["elapsed"] === "number" ? `elapsed=${log["elapsed"]}` : undefined,
        typeof log[key] === "string" ? log[key] : "",
      ]
        .filter((part) => part)
        .join(" "),
  });
