/** Which route answers a path: literal segments, and `:name` for one that is handed on. */
import { pieceOf } from "../html/path.ts";

/** What a router looks at. */
export interface Routed {
  readonly method: "GET" | "POST";
  /** `/queues/:name`. A `:name` takes one segment, whatever stands there. */
  readonly path: string;
}

/** A route, and what stood in its place of each `:name`. */
export interface Found<R> {
  readonly route: R;
  readonly params: Readonly<Record<string, string>>;
}

interface Compiled<R> {
  readonly route: R;
  readonly segments: readonly string[];
}

/** Finds routes; of two that fit, the one that came first. */
export class Router<R extends Routed> {
  readonly #routes: readonly Compiled<R>[];

  constructor(routes: readonly R[]) {
    this.#routes = routes.map((route) => ({ route, segments: segmentsOf(route.path) }));
  }

  /**
   * The route of a path, `undefined` when there is none for any method, and `"otherMethod"` when there is one, but not for
   * this method.
   */
  find(method: string, path: string): Found<R> | "otherMethod" | undefined {
    const given = segmentsOf(path);
    const own = method === "HEAD" ? "GET" : method;
    let isThere = false;
    for (const { route, segments } of this.#routes) {
      const params = match(segments, given);
      if (!params) continue;
      if (route.method === own) return { route, params };
      isThere = true;
    }
    return isThere ? "otherMethod" : undefined;
  }
}

const segmentsOf = (path: string): readonly string[] => path.split("/").filter((segment) => segment !== "");

const match = (
  segments: readonly string[],
  given: readonly string[],
): Readonly<Record<string, string>> | undefined => {
  if (segments.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [i, segment] of segments.entries()) {
    const found = given[i] ?? "";
    if (!segment.startsWith(":")) {
      if (segment !== found) return undefined;
      continue;
    }
    const decoded = decode(found);
    if (decoded === undefined) return undefined;
    params[segment.slice(1)] = decoded;
  }
  return params;
};

/** What is no UTF-8 names nothing. */
const decode = (segment: string): string | undefined => {
  try {
    return pieceOf(decodeURIComponent(segment));
  } catch {
    return undefined;
  }
};
