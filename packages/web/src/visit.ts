/** One request as the routes see it. */
import { randomBytes } from "node:crypto";
import type { ApiConnection } from "@tsq/core/api";
import { redirect } from "./answers.ts";
import { cookieHeader, readCookies } from "./request/cookies.ts";
import { ZONE_COOKIE, zoneChoiceOf } from "./request/zone-choice.ts";
import type { ZoneChoice } from "./request/zone-choice.ts";
import { linkFrom, pathWithin } from "./request/mount.ts";
import type { Services } from "./services.ts";
import type { Permissions } from "./security/permissions.ts";
import type { User } from "./security/roles.ts";
import type { TimeZones } from "./words/time-zone.ts";
import type { Words } from "./words/words.ts";

/** What a visit is made of. */
export interface VisitParts {
  readonly request: Request;
  readonly url: URL;
  readonly base: string;
  /** Within the dashboard. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  /** The fields of the form that was sent. */
  readonly form: URLSearchParams;
  readonly user: User;
  readonly permissions: Permissions;
  readonly api: ApiConnection;
  readonly services: Services;
  /** The language of whoever looks, and the clocks. */
  readonly words: Words;
  /** As in the frame. */
  readonly autoZone: string | undefined;
}

const FLASH = "tsq_flash";
const FLASH_SECONDS = 60;
const TOKEN = "tsq_csrf";
const TOKEN_BYTES = 18;
const LONGEST_FLASH = 300;

/** The browser's token of a request, from its cookie. */
export const tokenOf = (request: Request): string | undefined =>
  readCookies(request.headers.get("cookie")).get(TOKEN);

/** The cookie of a language that somebody has chosen. */
export const LOCALE_COOKIE = "tsq_locale";

/** The language that a browser keeps, by its tag. */
export const localeOf = (request: Request): string | undefined =>
  readCookies(request.headers.get("cookie")).get(LOCALE_COOKIE);

/** The time zone that a browser keeps. */
export const zoneChoiceIn = (request: Request, zones: TimeZones): ZoneChoice =>
  zoneChoiceOf(readCookies(request.headers.get("cookie")).get(ZONE_COOKIE), zones);

/** One request, with what was found out about it on its way. */
export class Visit {
  readonly request: Request;
  /** Of its address, what stands behind the question mark. */
  readonly query: URLSearchParams;
  /** Its path within the dashboard. */
  readonly path: string;
  /** What stood in its path in the places of names. */
  readonly params: Readonly<Record<string, string>>;
  readonly form: URLSearchParams;
  readonly user: User;
  readonly permissions: Permissions;
  readonly api: ApiConnection;
  readonly services: Services;
  /** What is said, in the language of whoever looks. */
  readonly words: Words;
  readonly autoZone: string | undefined;
  /** Where a page of the dashboard is. */
  readonly to: (path: string) => string;
  readonly #url: URL;
  readonly #base: string;
  readonly #cookies: ReadonlyMap<string, string>;
  readonly #setCookies: string[] = [];
  #said: string | undefined;
  #count: number | undefined;
  #note: string | undefined;
  #step: string | undefined;
  #filter = "";
  #isWritten = false;

  constructor(parts: VisitParts) {
    this.request = parts.request;
    this.query = parts.url.searchParams;
    this.path = parts.path;
    this.params = parts.params;
    this.form = parts.form;
    this.user = parts.user;
    this.permissions = parts.permissions;
    this.api = parts.api;
    this.services = parts.services;
    this.words = parts.words;
    this.autoZone = parts.autoZone;
    this.to = linkFrom(parts.base);
    this.#url = parts.url;
    this.#base = parts.base;
    this.#cookies = readCookies(parts.request.headers.get("cookie"));
  }

  /** Aborted when the browser has gone, or the dashboard ends: for what reads for long, and changes nothing. */
  get signal(): AbortSignal {
    return AbortSignal.any([this.request.signal, this.services.closing]);
  }

  /** The value of a cookie. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  /** Has the answer set a cookie; for `maxAge` seconds, or as long as the browser is open. */
  setCookie(name: string, value: string, maxAge?: number): void {
    const isSecure = this.#url.protocol === "https:" || isSecureOutside(this.request.headers);
    this.#setCookies.push(
      cookieHeader(name, value, { base: this.#base, isSecure, ...(maxAge !== undefined && { maxAge }) }),
    );
  }

  /** Leads to a page of the dashboard, which then says what was done. */
  done(path: string, said?: string): Response {
    this.#said = said;
    return redirect(this.to(path));
  }

  /** Says also that something went wrong beside what was asked for. */
  saysToo(said: string): void {
    this.#said = this.#said === undefined ? said : `${this.#said} ${said}`;
  }

  /** To how many jobs or processes the action was done: for who writes it down. */
  counts(count: number, note?: string): void {
    this.#count = count;
    this.#note = note;
  }

  /**
   * That it was no more than a step, such as `begin`, of what is written down with its count when it has ended.
   *
   * @param filter which jobs it is about, as the note says it
   */
  countsAsStep(step: string, note?: string, filter = ""): void {
    this.#step = step;
    this.#filter = filter;
    this.counts(0, note);
  }

  get step(): string | undefined {
    return this.#step;
  }

  get filter(): string {
    return this.#filter;
  }

  /** That it is written down elsewhere, or was nothing new. */
  isWrittenElsewhere(): void {
    this.#isWritten = true;
  }

  get isWritten(): boolean {
    return this.#isWritten;
  }

  /** What is to be written down beside it, such as a filter. */
  get note(): string | undefined {
    return this.#note;
  }

  /** Undefined where nobody has counted. */
  get counted(): number | undefined {
    return this.#count;
  }

  /** What the request before has left to be said, once. */
  takeFlash(): string | undefined {
    const said = this.cookie(FLASH);
    if (said !== undefined) this.setCookie(FLASH, "", 0);
    return said?.slice(0, LONGEST_FLASH);
  }

  /** The page that the request came from, as a path of the dashboard; never a page elsewhere. */
  cameFrom(otherwise: string): string {
    try {
      const referer = new URL(this.request.headers.get("referer") ?? "");
      if (referer.host !== this.#url.host) return otherwise;
      if (this.#base !== "" && !`${referer.pathname}/`.startsWith(`${this.#base}/`)) return otherwise;
      return pathWithin(referer.pathname, this.#base) + referer.search;
    } catch {
      return otherwise;
    }
  }

  /** The token for the forms of a page; the browser keeps the same one beside it. */
  token(): string {
    const known = this.cookie(TOKEN);
    if (known !== undefined && /^[\w-]{24}$/.test(known)) return known;
    const token = randomBytes(TOKEN_BYTES).toString("base64url");
    this.setCookie(TOKEN, token);
    return token;
  }

  /** Sends the cookies with the answer. */
  withCookies(response: Response): Response {
    if (this.#said !== undefined) {
      this.setCookie(FLASH, this.#said.slice(0, LONGEST_FLASH), FLASH_SECONDS);
      this.#said = undefined;
    }
    if (this.#setCookies.length === 0) return response;
    // A copy, for the page of a tab may answer one to which nothing can be added.
    const sent = new Response(response.body, response);
    for (const cookie of this.#setCookies) sent.headers.append("set-cookie", cookie);
    return sent;
  }
}

/** Whether the browser speaks TLS with a proxy that ends it. Who lies here keeps cookies from itself alone. */
const isSecureOutside = (headers: Headers): boolean =>
  headers.get("x-forwarded-proto") === "https" || (headers.get("origin") ?? "").startsWith("https://");
