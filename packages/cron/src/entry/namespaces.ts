/** Which namespaces of sidekiq-cron 2.x are looked at (WIRE §12.6). Its 1.x has none. */
import { isNoPermission } from "@tsq/core/protocol";
import type { Redis } from "@tsq/core/protocol";
import { DEFAULT_NAMESPACE, setOf2 } from "../redis/keys.ts";

/** A list of them, of which the first is where new entries go, or all that Redis has. */
export type NamespacesOption = readonly string[] | "auto";

const PREFIX = setOf2("");
/** So many keys are looked at in a round trip. */
const PAGE = 1_000;

/** What a look at all keys has found. */
export interface FoundNamespaces {
  readonly names: readonly string[];
  /** False where an ACL forbids the look, and only that is known which everybody has. */
  readonly isWhole: boolean;
}

/**
 * All that Redis has, that without a name of its own first. It looks at each key of the database, as `:auto` of
 * sidekiq-cron does, but never stops Redis for it.
 */
export const findNamespaces = async (redis: Redis): Promise<FoundNamespaces> => {
  const found = new Set<string>();
  let isWhole = true;
  let cursor = "0";
  try {
    do {
      const [next, keys] = await redis.scan(cursor, "MATCH", `${PREFIX}*`, "COUNT", PAGE, "TYPE", "set");
      for (const key of keys) found.add(key.slice(PREFIX.length));
      cursor = next;
    } while (cursor !== "0");
  } catch (error) {
    if (!isForbidden(error)) throw error;
    isWhole = false;
  }
  found.delete(DEFAULT_NAMESPACE);
  return { names: [DEFAULT_NAMESPACE, ...[...found].toSorted()], isWhole };
};

/** Whether an ACL has refused it: as Redis says it, or as the data API has put it. */
export const isForbidden = (error: unknown): boolean =>
  error instanceof Error && (isNoPermission(error.message) || isForbidden(error.cause));

/** New ones are seen after so long. */
const LOOK_MS = 600_000;

/** The namespaces of one process. */
export class Namespaces {
  readonly #option: NamespacesOption | undefined;
  #all: readonly string[];
  #lookedMs: number | undefined;
  #isBlind = false;

  constructor(option: NamespacesOption | undefined) {
    this.#option = option;
    this.#all = Array.isArray(option) && option.length > 0 ? option : [DEFAULT_NAMESPACE];
  }

  /** Where an entry goes that names none. */
  get home(): string {
    return this.#all[0] as string;
  }

  /** As far as they are known. */
  get all(): readonly string[] {
    return this.#all;
  }

  /** Whether it was to find them by itself, and an ACL forbids it. */
  get isBlind(): boolean {
    return this.#isBlind;
  }

  /** Those that this process does not look at, where nobody has said which it shall look at. */
  async passedOver(redis: Redis): Promise<readonly string[]> {
    if (this.#option !== undefined) return [];
    return (await findNamespaces(redis)).names.filter((one) => !this.#all.includes(one));
  }

  /**
   * Of an entry of this process's own schedule: looked at from now on, unless somebody has said which are.
   *
   * @returns whether it is looked at
   */
  admit(namespace: string): boolean {
    if (this.#all.includes(namespace)) return true;
    if (Array.isArray(this.#option)) return false;
    this.#all = [...this.#all, namespace];
    return true;
  }

  /** All to look at now. */
  async look(redis: Redis, nowMs: number): Promise<readonly string[]> {
    const isKnown = this.#lookedMs !== undefined && Math.abs(nowMs - this.#lookedMs) < LOOK_MS;
    if (this.#option !== "auto" || isKnown) return this.#all;
    const { names, isWhole } = await findNamespaces(redis);
    this.#all = [...new Set([...this.#all, ...names])];
    this.#isBlind = !isWhole;
    this.#lookedMs = nowMs;
    return this.#all;
  }
}
