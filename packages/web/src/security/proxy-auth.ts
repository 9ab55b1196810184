/** Users that a proxy in front of the dashboard has signed in. */
import { isUtf8 } from "node:buffer";
import { ConfigError } from "@tsq/core/config";
import type { Auth } from "./auth.ts";
import { proxyList } from "./proxy-list.ts";
import type { ProxyList } from "./proxy-list.ts";
import { ROLES } from "./roles.ts";
import type { Role } from "./roles.ts";

/** What `proxyAuth()` takes. */
export interface ProxyAuthOptions {
  /** The addresses of the proxies, or their networks: `["10.0.0.7", "10.1.0.0/16"]`. Of all others the headers are not believed. */
  readonly proxies: readonly string[];
  /**
   * The header in which they name the user, in UTF-8 where the name is not ASCII. They must remove what a browser sends under
   * that name.
   */
  readonly userHeader: string;
  /**
   * The role of all of them, or what says it: from the name, or from another header of the request, where a character stands
   * for each byte. Null keeps the user out.
   */
  readonly role: Role | ((name: string, request: Request) => string | null | undefined);
}

/**
 * An `auth` by the header of a proxy that has signed the user in, such as oauth2-proxy.
 *
 * @example
 * proxyAuth({
 *   proxies: ["10.0.0.7"],
 *   userHeader: "x-forwarded-user",
 *   role: (name) => (ADMINS.has(name) ? "admin" : "viewer"),
 * });
 *
 * @throws ConfigError when there is no proxy, one is no address, or the header has a name that none can have
 */
export const proxyAuth = ({ proxies, userHeader, role }: ProxyAuthOptions): Auth => {
  const trusted = listOf(proxies);
  if (!HEADER.test(userHeader)) {
    throw new ConfigError(
      `Expected \`userHeader\` of proxyAuth() to be the name of a header such as \`x-forwarded-user\`, got \`${userHeader}\`.`,
    );
  }
  return (request, { remoteAddress = "" }) => {
    if (!trusted(remoteAddress)) return null;
    // Decoded first: the last byte of `à` would be a blank.
    const name = decoded(request.headers.get(userHeader) ?? "").trim();
    if (!name) return null;
    const found = typeof role === "function" ? role(name, request) : role;
    // A header may say anything.
    const known = ROLES.find((one) => one === found);
    return known ? { name, role: known } : null;
  };
};

// RFC 9110: a token.
const HEADER = /^[!#$%&'*+.^_`|~\w-]+$/;

/** A header has a character for each byte. What is no UTF-8 is what older proxies send: Latin-1. */
const decoded = (value: string): string => {
  const bytes = Buffer.from(value, "latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : value;
};

const listOf = (proxies: readonly string[]): ProxyList => {
  if (!Array.isArray(proxies) || proxies.length === 0) {
    throw new ConfigError(
      'Expected `proxies` of proxyAuth() to name one or more, got none. Write its address: `proxies: ["10.0.0.7"]`.',
    );
  }
  return proxyList(proxies);
};
