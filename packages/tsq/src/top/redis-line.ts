/** What INFO says of the server, in a line. */
import type { ApiConnection } from "@tsq/core/api";
import { readServerInfo, storeIn } from "@tsq/core/config";
import { counted } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";

/** Empty where an ACL does not let it say so. */
export const redisLine = async (api: ApiConnection): Promise<string> => {
  const info = readServerInfo(await api.redis.info().catch(() => ""));
  const store = storeIn(info);
  const parts = [
    store && `${store.name} ${store.version}`,
    said("up", many(info.get("uptime_in_days"), "day")),
    many(info.get("connected_clients"), "connection"),
    said("memory", info.get("used_memory_human")),
    said("peak", info.get("used_memory_peak_human")),
  ];
  return terminalText(parts.filter((part) => part !== undefined).join(", "));
};

const many = (value: string | undefined, one: string): string | undefined =>
  value === undefined ? undefined : counted(Number(value), one);

const said = (before: string, value: string | undefined): string | undefined =>
  value === undefined ? undefined : `${before} ${value}`;
