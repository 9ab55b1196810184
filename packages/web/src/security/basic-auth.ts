/** Names and passwords, as browsers ask for them by themselves. */
import { createHmac, randomBytes } from "node:crypto";
import type { ApiOptions } from "@tsq/core/api";
import { ConfigError, refuseUnknown } from "@tsq/core/config";
import { plain } from "../answers.ts";
import type { Auth } from "./auth.ts";
import { callerOf } from "./caller.ts";
import { Guesses } from "./guesses.ts";
import type { Tried } from "./guesses.ts";
import { hashPassword, isHashed, isPassword } from "./password.ts";
import { proxyList } from "./proxy-list.ts";
import { ROLES } from "./roles.ts";
import type { Role, User } from "./roles.ts";

/** A user of `basicAuth()`. */
export interface PasswordUser {
  /** The password, or what `hashPassword()` made of it. At least 8 characters. */
  readonly password: string;
  /** @default "admin" */
  readonly role?: Role;
}

/** What `basicAuth()` takes beside the users. */
export interface BasicAuthOptions {
  /**
   * The addresses of proxies in front of the dashboard, or their networks: `["10.0.0.7", "10.1.0.0/16"]`. Of them
   * `X-Forwarded-For` is believed, so that whoever guesses waits alone, and not all who come by the proxy. Name no network in which
   * anybody else is: whoever is inside it can write that header. Where the host says no address, all callers are one.
   *
   * @default []
   */
  readonly proxies?: readonly string[];
  /** Told, once for each who does it, that somebody guesses: the address and the name. @default nobody is told */
  readonly logger?: ApiOptions["logger"];
}

const SHORTEST = 8;
// A browser sends the password with every request, and scrypt takes its time for each. Whoever works is not to be asked
// again in the middle of it, when somebody else guesses.
const REMEMBERED_MS = 12 * 3_600_000;
const MOST_REMEMBERED = 1_000;
// Each takes 32 MiB: what comes beside so many waits for another time. One of them is for addresses where nobody was wrong.
const MOST_AT_ONCE = 4;
const MOST_GUESSES_AT_ONCE = MOST_AT_ONCE - 1;

interface Remembered {
  readonly user: User;
  readonly untilMs: number;
}

/**
 * An `auth` by name and password (HTTP Basic), the passwords kept by scrypt. Whoever is wrong five times waits a second, then
 * two, up to a minute; others with the same name, at other addresses, do not, unless somebody guesses at it from hundreds of
 * addresses. Use it over TLS: a browser sends the password with every request.
 *
 * @example
 * createWeb({ auth: basicAuth({ mira: { password: process.env.MIRA_PASSWORD, role: "operator" } }) });
 *
 * @param users by name
 * @throws ConfigError when there is no user, a name has a colon, a password is too short, a role is none, or a proxy no address
 */
export const basicAuth = (
  users: Readonly<Record<string, PasswordUser>>,
  options: BasicAuthOptions = {},
): Auth => {
  refuseUnknown("basicAuth()", options, ["proxies", "logger"]);
  const isProxy = proxyList(options.proxies ?? []);
  const door = new PasswordDoor(checked(users), options.logger);
  return (request, { remoteAddress = "?" }) =>
    door.open(request.headers.get("authorization"), callerOf(request, remoteAddress, isProxy));
};

const checked = (users: Readonly<Record<string, PasswordUser>>): readonly (readonly [User, string])[] => {
  const all = Object.entries(users);
  if (all.length === 0) throw new ConfigError("Expected basicAuth() to get users, got none. Name one.");
  return all.map(([name, { password, role = "admin" }]) => {
    if (name === "" || name.includes(":")) {
      throw new ConfigError(`Expected the name of a user without a colon, got \`${name}\`. Rename the user.`);
    }
    if (typeof password !== "string" || password.length < SHORTEST) {
      throw new ConfigError(
        `Expected the password of \`${name}\` to be text of ${SHORTEST} characters or more, got ${
          typeof password === "string" ? "a shorter one" : "none"
        }. Give a longer one; is its variable set?`,
      );
    }
    if (!ROLES.includes(role)) {
      throw new ConfigError(
        `Expected the role of \`${name}\` to be viewer, operator or admin, got \`${role}\`.`,
      );
    }
    return [{ name, role }, password];
  });
};

class PasswordDoor {
  readonly #users: ReadonlyMap<string, { readonly user: User; readonly kept: Promise<string> }>;
  readonly #nobody = hashPassword(randomBytes(16).toString("hex"));
  readonly #guesses = new Guesses();
  readonly #logger: ApiOptions["logger"];
  readonly #key = randomBytes(32);
  readonly #remembered = new Map<string, Remembered>();
  #running = 0;

  constructor(users: readonly (readonly [User, string])[], logger: ApiOptions["logger"]) {
    this.#logger = logger;
    this.#users = new Map(
      users.map(([user, password]) => {
        const kept = isHashed(password) ? Promise.resolve(password) : hashPassword(password);
        return [user.name, { user, kept }];
      }),
    );
  }

  async open(header: string | null, address: string): Promise<User | Response> {
    const given = credentialsIn(header);
    if (!given) return challenge();
    // By a clock that nobody sets back: whoever waits would wait for as long again.
    const nowMs = performance.now();
    // What is remembered cannot be read back: it is a digest with a key of this process.
    const digest = createHmac("sha256", this.#key).update(JSON.stringify(given)).digest("base64");
    const known = this.#remembered.get(digest);
    // Before the limit: whoever was let in is not locked out by somebody else's guesses.
    if (known && known.untilMs > nowMs) return this.#remember(digest, known.user, nowMs);
    const tried: Tried = { address, name: given.name };
    const waitMs = this.#guesses.waitMs(tried, nowMs);
    const most = this.#guesses.isNew(address, nowMs) ? MOST_AT_ONCE : MOST_GUESSES_AT_ONCE;
    if (waitMs > 0 || this.#running >= most) return later(Math.max(waitMs, 1_000));
    const found = await this.#check(given);
    if (!found) {
      this.#failed(tried);
      return challenge();
    }
    this.#guesses.succeeded(tried);
    return this.#remember(digest, found, nowMs);
  }

  #failed(tried: Tried): void {
    const { isOne, isMany } = this.#guesses.failed(tried, performance.now());
    // A name that nobody has may be a password in the wrong field.
    const who = { address: tried.address, user: this.#users.has(tried.name) ? tried.name : "(unknown)" };
    if (isOne) this.#logger?.warn(who, "Somebody guesses a password of the dashboard, and waits");
    if (isMany) this.#logger?.warn(who, "Passwords of the dashboard are guessed: one a second is looked at");
  }

  async #check({ name, password }: Credentials): Promise<User | undefined> {
    this.#running += 1;
    try {
      const entry = this.#users.get(name);
      // A name that nobody has takes as long as one that somebody has.
      const isRight = await isPassword(password, await (entry?.kept ?? this.#nobody));
      return isRight ? entry?.user : undefined;
    } finally {
      this.#running -= 1;
    }
  }

  /** Again each time, so that nobody is forgotten while they work. */
  #remember(digest: string, user: User, nowMs: number): User {
    this.#remembered.delete(digest);
    this.#remembered.set(digest, { user, untilMs: nowMs + REMEMBERED_MS });
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
    return user;
  }
}

interface Credentials {
  readonly name: string;
  readonly password: string;
}

const credentialsIn = (header: string | null): Credentials | undefined => {
  const [, encoded] = /^basic +([\w+/=-]+)$/i.exec(header ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { name: text.slice(0, colon), password: text.slice(colon + 1) };
};

const challenge = (): Response =>
  plain("This dashboard wants a name and a password.", 401, {
    "www-authenticate": 'Basic realm="tsq", charset="UTF-8"',
  });

const later = (waitMs: number): Response => {
  const seconds = Math.ceil(waitMs / 1_000);
  return plain(`Too many attempts. Try again in ${seconds} s.`, 429, { "retry-after": String(seconds) });
};
