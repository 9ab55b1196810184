/** Names and passwords, as browsers ask for them by themselves. */
import { createHmac, randomBytes } from "node:crypto";
import { ConfigError } from "@tsq/core";
import { plain } from "../answers.ts";
import { Attempts } from "./attempts.ts";
import type { Auth } from "./auth.ts";
import { hashPassword, isHashed, isPassword } from "./password.ts";
import { ROLES } from "./roles.ts";
import type { Role, User } from "./roles.ts";

/** A user of `basicAuth()`. */
export interface PasswordUser {
  /** The password, or what `hashPassword()` made of it. At least 8 characters. */
  readonly password: string;
  /** @default "admin" */
  readonly role?: Role;
}

const SHORTEST = 8;
// A browser sends the password with every request, and scrypt takes its time for each.
const REMEMBERED_MS = 5 * 60_000;
const MOST_REMEMBERED = 1_000;
// Each takes 32 MiB: what comes beside so many waits for another time.
const MOST_AT_ONCE = 4;

interface Remembered {
  readonly user: User;
  readonly untilMs: number;
}

/**
 * An `auth` by name and password (HTTP Basic), the passwords kept by scrypt. Whoever is wrong five times waits a second, then
 * two, up to a minute. Use it over TLS: a browser sends the password with every request.
 *
 * @example
 * createWeb({ auth: basicAuth({ mira: { password: process.env.MIRA_PASSWORD, role: "operator" } }) });
 *
 * @param users by name
 * @throws ConfigError when there is no user, a name has a colon, a password is too short or a role is none
 */
export const basicAuth = (users: Readonly<Record<string, PasswordUser>>): Auth => {
  const door = new PasswordDoor(checked(users));
  return (request, { remoteAddress }) => door.open(request.headers.get("authorization"), remoteAddress);
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
  readonly #attempts = new Attempts();
  readonly #key = randomBytes(32);
  readonly #remembered = new Map<string, Remembered>();
  #running = 0;

  constructor(users: readonly (readonly [User, string])[]) {
    this.#users = new Map(
      users.map(([user, password]) => {
        const kept = isHashed(password) ? Promise.resolve(password) : hashPassword(password);
        return [user.name, { user, kept }];
      }),
    );
  }

  async open(header: string | null, address = "?"): Promise<User | Response> {
    const given = credentialsIn(header);
    if (!given) return challenge();
    const nowMs = Date.now();
    // What is remembered cannot be read back: it is a digest with a key of this process.
    const digest = createHmac("sha256", this.#key).update(JSON.stringify(given)).digest("base64");
    const known = this.#remembered.get(digest);
    // Before the limit: whoever was let in is not locked out by somebody else's guesses.
    if (known && known.untilMs > nowMs) return known.user;
    const keys = [`address ${address}`, `name ${given.name}`];
    const waitMs = this.#attempts.waitMs(keys, nowMs);
    if (waitMs > 0 || this.#running >= MOST_AT_ONCE) return later(Math.max(waitMs, 1_000));
    const found = await this.#check(given);
    if (!found) {
      this.#attempts.failed(keys, Date.now());
      return challenge();
    }
    this.#attempts.succeeded(keys);
    this.#remember(digest, { user: found, untilMs: nowMs + REMEMBERED_MS });
    return found;
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

  #remember(digest: string, remembered: Remembered): void {
    this.#remembered.delete(digest);
    this.#remembered.set(digest, remembered);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MOST_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
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
