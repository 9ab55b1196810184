/** From where somebody asks, as far as it can be known: whoever guesses there is not to lock out others. */
import { isIP, isIPv6 } from "node:net";
import type { ProxyList } from "./proxy-list.ts";

/**
 * The last address that no named proxy has: what stands before it, whoever asks may have written. Of IPv6 its network, for one
 * machine has all of it.
 */
export const callerOf = (request: Request, remoteAddress: string, isProxy: ProxyList): string => {
  let address = remoteAddress;
  const told = (request.headers.get("x-forwarded-for") ?? "").split(",").map((one) => one.trim());
  while (isProxy(address)) {
    const before = withoutPort(told.pop() ?? "");
    if (isIP(before) === 0) break;
    address = before;
  }
  return isIPv6(address) && !address.startsWith("::ffff:") ? networkOf(address) : address;
};

/** Some write one: `203.0.113.9:50123` and `[2001:db8::1]:443`. */
const withoutPort = (told: string): string =>
  /^\[([^\]]*)\](?::\d+)?$/.exec(told)?.[1] ?? /^([\d.]+):\d+$/.exec(told)?.[1] ?? told;

/** The first 64 bits. */
const networkOf = (address: string): string => {
  const [head = "", tail] = address.split("::");
  const groups = head === "" ? [] : head.split(":");
  const zeros = tail === undefined ? 0 : 8 - groups.length - (tail === "" ? 0 : tail.split(":").length);
  const all = [
    ...groups,
    ...Array.from({ length: Math.max(0, zeros) }, () => "0"),
    ...(tail ?? "").split(":"),
  ];
  return all
    .slice(0, 4)
    .map((group) => Number.parseInt(group || "0", 16).toString(16))
    .join(":");
};
