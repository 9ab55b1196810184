/** What happens to a request between its arrival and its answer. */
import { plain } from "./answers.ts";
import type { Arrival } from "./request/arrival.ts";
import { pathWithin } from "./request/mount.ts";
import { Router } from "./request/router.ts";
import type { Route } from "./route.ts";
import { STATS_ROUTES } from "./routes/stats.ts";
import { withSecurityHeaders } from "./security/headers.ts";
import { whyNotLoopback } from "./security/loopback.ts";
import { Visit } from "./visit.ts";
import type { WebSettings } from "./web-options.ts";

const ROUTES: readonly Route[] = [...STATS_ROUTES];

/** Routes requests, and answers those that no route may or can answer. */
export class Dashboard {
  readonly #settings: WebSettings;
  readonly #router = new Router(ROUTES);

  constructor(settings: WebSettings) {
    this.#settings = settings;
  }

  /** Never rejects: whoever mounts the dashboard is not to fail with it. */
  async answer(request: Request, arrival: Arrival): Promise<Response> {
    const response = await this.#answer(request, arrival).catch(unavailable);
    const bodyless = request.method === "HEAD" ? new Response(null, response) : response;
    return withSecurityHeaders(bodyless);
  }

  /** Ends the connection that the dashboard has opened. */
  async close(): Promise<void> {
    const { api, isOwn } = this.#settings.redis;
    if (isOwn) await api.close();
  }

  async #answer(request: Request, arrival: Arrival): Promise<Response> {
    const why = whyNotLoopback(request, arrival);
    if (why) return plain(`This dashboard has no \`auth\`, and so answers this machine alone: ${why}.`, 403);
    const url = new URL(request.url);
    const base = arrival.basePath ?? this.#settings.basePath;
    const path = pathWithin(url.pathname, base);
    const found = this.#router.find(request.method, path);
    if (found === undefined) return plain("There is no such page.", 404);
    if (found === "otherMethod") return plain("This page takes no such request.", 405);
    const { api } = this.#settings.redis;
    const user = { name: "local", role: "admin" } as const;
    return found.route.answer(new Visit({ request, url, base, path, params: found.params, user, api }));
  }
}

/** Redis is away, as a rule: uptime checks are to see that. */
const unavailable = (error: unknown): Response =>
  plain(`Redis does not answer: ${error instanceof Error ? error.message : "unknown"}`, 503);
