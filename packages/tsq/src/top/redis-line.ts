/** What INFO says of the server, in a line. */
import type { ApiConnection } from "@tsq/core/api";
import { counted } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";

/** Empty where an ACL does not let it say so. */
export const redisLine = async (api: ApiConnection): Promise<string> => {
  const info = await api.redis.info().catch(() => "");
  const fact = (name: string): string => new RegExp(`^${name}:(.*?)\r?$`, "m").exec(info)?.[1] ?? "";
  const parts = [
    fact("valkey_version") === ""
      ? said("Redis", fact("redis_version"), "")
      : `Valkey ${fact("valkey_version")}`,
    said("up", many(fact("uptime_in_days"), "day"), ""),
    many(fact("connected_clients"), "connection"),
    said("memory", fact("used_memory_human"), ""),
    said("peak", fact("used_memory_peak_human"), ""),
  ];
  return terminalText(parts.filter((part) => part !== "").join(", "));
};

const many = (value: string, one: string): string => (value === "" ? "" : counted(Number(value), one));

const said = (before: string, value: string, after: string): string =>
  value === "" ? "" : [before, value, after].filter((part) => part !== "").join(" ");
