/** A list of middleware with names, kept as Sidekiq keeps its chains: each is in it once, the outermost first. */
import { ConfigError } from "../errors.ts";
import { shown } from "../report/inspect.ts";
import { notAsExpected } from "./option.ts";
import type { Place } from "./option.ts";

type Call = (...args: never[]) => unknown;

/** A middleware under a name of its own, which is in a chain once. */
export interface Named<M> {
  readonly name: string;
  readonly call: M;
  /** A function has a name, and a `call` that takes anything: only by this it is not taken for one of these. */
  readonly apply?: never;
}

/**
 * A middleware, by itself or under a name. The `call` of a function is the one that it has; said here, the compiler
 * knows what the function in `{ name, call }` gets.
 */
export type Link<M extends Call> = (M & { readonly call: M }) | Named<M>;

/** What chains are made of: a list, in the order of wrapping, or another chain, which is copied. */
export type ChainSource<M extends Call> = Chain<M> | readonly Link<M>[];

/** Marks chains across copies of this library, as when a loader brings its own. */
const CHAIN = Symbol.for("tsq.chain");

/**
 * Middleware in the order of wrapping, the first outermost. A function goes by its own name, or by the one of
 * `{ name, call }`. Adding what is there already moves it: the same function, or another under a name that was given.
 * Of functions that have their own name in common each stays.
 *
 * @example
 * const chain = new Chain<ServerMiddleware>([tracing, { name: "tenant", call: inTenant }]);
 * chain.insertBefore("tenant", timing).remove("tracing");
 * new Worker({ jobs, middleware: chain });
 */
export class Chain<M extends Call> implements Iterable<Link<M>> {
  readonly [CHAIN] = true;
  #links: readonly Link<M>[] = [];
  #calls: readonly M[] = [];
  #usedBy: string | undefined;

  /** @throws ConfigError when one of them is neither a function nor `{ name, call }` */
  constructor(source: ChainSource<M> = []) {
    if (!isSource(source)) {
      throw new ConfigError(
        `Expected a Chain to be made of an array of middleware or of another Chain, got ${shown(source)}. Write \`new Chain([middleware])\`.`,
      );
    }
    for (const one of source) this.add(one);
  }

  /** How many there are. */
  get size(): number {
    return this.#links.length;
  }

  /** The functions, the outermost first. A later change makes another list, and leaves this one as it is. */
  get calls(): readonly M[] {
    return this.#calls;
  }

  /** Puts it at the inner end. */
  add(middleware: Link<M>): this {
    return this.#put(middleware, (others) => others.length);
  }

  /** Puts it at the outer end. */
  prepend(middleware: Link<M>): this {
    return this.#put(middleware, () => 0);
  }

  /** Puts it around another; at the outer end, as in Sidekiq, when that one is not there. */
  insertBefore(other: string | M, middleware: Link<M>): this {
    return this.#put(middleware, (others) => Math.max(0, others.findIndex(isCalled(other))));
  }

  /** Puts it right inside another; at the inner end, as in Sidekiq, when that one is not there. */
  insertAfter(other: string | M, middleware: Link<M>): this {
    return this.#put(middleware, (others) => others.findIndex(isCalled(other)) + 1 || others.length);
  }

  /** Takes out what has this name, or is this function. */
  remove(middleware: string | M): this {
    const isGone = isCalled(middleware);
    return this.#set(this.#links.filter((one) => !isGone(one)));
  }

  clear(): this {
    return this.#set([]);
  }

  /** Whether one has this name, or is this function. */
  has(middleware: string | M): boolean {
    return this.#links.some(isCalled(middleware));
  }

  /** What it was made of, the outermost first. */
  [Symbol.iterator](): Iterator<Link<M>> {
    return this.#links[Symbol.iterator]();
  }

  /** From now on every change is refused; by whom it is in use is for the error. */
  freeze(usedBy: string): this {
    this.#usedBy ??= usedBy;
    return this;
  }

  #put(middleware: Link<M>, place: (others: readonly Link<M>[]) => number): this {
    if (!isLink(middleware)) {
      throw new ConfigError(
        `Expected a middleware to be a function or { name, call }, got ${shown(middleware)}.`,
      );
    }
    const others = this.#links.filter((one) => !isSame(one, middleware));
    return this.#set(others.toSpliced(place(others), 0, middleware));
  }

  #set(links: readonly Link<M>[]): this {
    if (this.#usedBy !== undefined) {
      throw new ConfigError(
        `Expected a chain that may be changed, got that of ${this.#usedBy}, which is in use as it is. Change it before.`,
      );
    }
    this.#links = links;
    this.#calls = links.map(callOf);
    return this;
  }
}

/**
 * The chain that an option makes: always one of its own, so that nobody changes another's.
 *
 * @throws ConfigError when it is no list of middleware: it would fail at every job
 */
export const chainOf = <M extends Call>(source: unknown, place: Place): Chain<M> => {
  // What is looked at here is all that can be: what a function takes, nobody can see.
  if (isSource(source) && [...source].every(isLink)) return new Chain<M>(source as ChainSource<M>);
  throw notAsExpected(
    place,
    "an array of functions",
    source,
    "Put each of them into the array, as it is or as { name, call }, or pass a Chain.",
  );
};

const isSource = (value: unknown): value is Iterable<unknown> =>
  Array.isArray(value) || (value as Partial<Record<symbol, unknown>> | null | undefined)?.[CHAIN] === true;

/** From JavaScript anything can come. */
const isLink = (value: unknown): boolean => {
  if (typeof value === "function") return true;
  const named = value as Partial<Named<unknown>> | null | undefined;
  return typeof named?.name === "string" && named.name !== "" && typeof named.call === "function";
};

/** An object's method is called as one. */
const callOf = <M extends Call>(link: Link<M>): M =>
  // What `bind` returns has the type of the function, less its `this`.
  typeof link === "function" ? link : (link.call.bind(link) as M);

/** Functions of one factory share their name, and each has its work: only a name that was given stands for one. */
const isSame = <M extends Call>(one: Link<M>, other: Link<M>): boolean =>
  typeof one === "function" && typeof other === "function" ? one === other : one.name === other.name;

const isCalled =
  <M extends Call>(middleware: string | M) =>
  (link: Link<M>): boolean => {
    if (typeof middleware === "string") return middleware !== "" && link.name === middleware;
    return (typeof link === "function" ? link : link.call) === middleware;
  };
