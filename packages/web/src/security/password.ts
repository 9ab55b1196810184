/** Passwords as scrypt keeps them: slow to guess, whoever has read where they are kept. */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

const PREFIX = "scrypt";
// 32 MiB and some 80 ms a guess.
const COST = 15;
const BLOCK = 8;
const PARALLEL = 1;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
// What Node allows by default is less than the 32 MiB themselves.
const MAX_BYTES = 128 * 1024 * 1024;

const HASH = /^scrypt:(\d\d?):(\d\d?):(\d\d?):([\w-]{16,}):([\w-]{40,})$/;

interface Hashed {
  readonly cost: number;
  readonly block: number;
  readonly parallel: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Whether a text is what `hashPassword()` answers. */
export const isHashed = (text: string): boolean => HASH.test(text);

/**
 * What to keep of a password, for `basicAuth()`: nobody can tell the password from it.
 *
 * @example
 * console.log(await hashPassword("correct horse battery staple"));
 */
export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, { cost: COST, block: BLOCK, parallel: PARALLEL, salt }, HASH_BYTES);
  return [PREFIX, COST, BLOCK, PARALLEL, salt.toString("base64url"), hash.toString("base64url")].join(":");
};

/** Takes as long for a wrong password as for the right one. */
export const isPassword = async (password: string, kept: string): Promise<boolean> => {
  const hashed = parse(kept);
  if (!hashed) return false;
  const hash = await derive(password, hashed, hashed.hash.length);
  return timingSafeEqual(hash, hashed.hash);
};

const parse = (kept: string): Hashed | undefined => {
  const [, cost, block, parallel, salt = "", hash = ""] = HASH.exec(kept) ?? [];
  if (cost === undefined) return undefined;
  return {
    cost: Number(cost),
    block: Number(block),
    parallel: Number(parallel),
    salt: Buffer.from(salt, "base64url"),
    hash: Buffer.from(hash, "base64url"),
  };
};

const derive = (
  password: string,
  { cost, block, parallel, salt }: Omit<Hashed, "hash">,
  bytes: number,
): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const options = { N: 2 ** cost, r: block, p: parallel, maxmem: MAX_BYTES };
    // The same letters may be typed as different code points.
    scrypt(password.normalize("NFKC"), salt, bytes, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
