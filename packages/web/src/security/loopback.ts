/** Whether a request comes from this machine, as far as one can tell. */
import type { Arrival } from "../request/arrival.ts";

const ADDRESS = /^(?:(?:::ffff:)?127(?:\.\d{1,3}){3}|::1)$/i;
const HOST = /^(?:(?:[\w-]+\.)*localhost|127(?:\.\d{1,3}){3}|\[::1\])$/i;
// What a proxy adds: behind one, everybody comes from this machine.
const PROXY_HEADERS = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
  "via",
] as const;

/** Why a request does not count as one from this machine; undefined when it does. */
export const whyNotLoopback = (
  request: Request,
  { remoteAddress, isRelayed = false }: Arrival,
): string | undefined => {
  if (remoteAddress === undefined) return "nothing says where it comes from";
  if (!ADDRESS.test(remoteAddress)) return `it comes from ${remoteAddress}`;
  if (isRelayed) return "it came through a proxy (HTTP/1.0)";
  const proxy = PROXY_HEADERS.find((name) => request.headers.has(name));
  if (proxy) return `it came through a proxy (${proxy})`;
  // A page elsewhere may give its name this machine's address, and would then be read as our own.
  const { hostname } = new URL(request.url);
  return HOST.test(hostname) ? undefined : "it names another host than this machine";
};
