/** What INFO says of a server: read here alone, and what is concluded from it. */

/** Fields by Redis' own names, as text; what the server does not say is not there. */
export type ServerInfo = ReadonlyMap<string, string>;

export const readServerInfo = (text: string): ServerInfo =>
  new Map(
    text.split(/\r?\n/).flatMap((line) => {
      const colon = line.indexOf(":");
      return line.startsWith("#") || colon < 1
        ? []
        : [[line.slice(0, colon), line.slice(colon + 1)] as const];
    }),
  );

/** NaN where there is none: every comparison with it is false. */
export const numberIn = (info: ServerInfo, name: string): number => Number(info.get(name) ?? Number.NaN);

/** Whether it follows another. */
export const isReplicaIn = (info: ServerInfo): boolean => info.get("role") === "slave";

/** Whose server it is: others give as `redis_version` the Redis that they are like. */
export interface Store {
  readonly name: "Dragonfly" | "Valkey" | "Redis";
  readonly version: string;
}

/** Undefined where it does not say. */
export const storeIn = (info: ServerInfo): Store | undefined => {
  for (const name of ["Dragonfly", "Valkey", "Redis"] as const) {
    const version = info.get(`${name.toLowerCase()}_version`);
    if (version !== undefined) return { name, version };
  }
  return undefined;
};

/** What a server does when its memory is full. */
export interface Eviction {
  /** Empty where it does not say. */
  readonly policy: string;
  /** 0 is no limit. */
  readonly maxBytes: number;
  readonly evictedKeys: number;
}

export const evictionIn = (info: ServerInfo): Eviction => ({
  policy: info.get("maxmemory_policy") ?? "",
  maxBytes: numberIn(info, "maxmemory") || 0,
  evictedKeys: numberIn(info, "evicted_keys") || 0,
});

/** Whether it throws jobs away: `now`, or only when somebody sets a limit of its memory, without which a policy has nothing to do. */
export const evicts = ({ policy, maxBytes, evictedKeys }: Eviction): "now" | "with a limit" | "never" => {
  if (policy === "" || policy === "noeviction") return "never";
  return maxBytes > 0 || evictedKeys > 0 ? "now" : "with a limit";
};
