/** One request as the routes see it. */
import type { ApiConnection } from "@tsq/core/api";
import { linkFrom } from "./request/mount.ts";
import type { User } from "./security/roles.ts";

/** What a visit is made of. */
export interface VisitParts {
  readonly request: Request;
  readonly url: URL;
  readonly base: string;
  /** Within the dashboard. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly user: User;
  readonly api: ApiConnection;
}

/** One request, with what was found out about it on its way. */
export class Visit {
  readonly request: Request;
  /** Of its address, what stands behind the question mark. */
  readonly query: URLSearchParams;
  /** Its path within the dashboard. */
  readonly path: string;
  /** What stood in its path in the places of names. */
  readonly params: Readonly<Record<string, string>>;
  readonly user: User;
  readonly api: ApiConnection;
  /** Where a page of the dashboard is. */
  readonly to: (path: string) => string;

  constructor({ request, url, base, path, params, user, api }: VisitParts) {
    this.request = request;
    this.query = url.searchParams;
    this.path = path;
    this.params = params;
    this.user = user;
    this.api = api;
    this.to = linkFrom(base);
  }
}
