/** What happens to a request between its arrival and its answer. */
import { whyRefused } from "./access.ts";
import { plain } from "./answers.ts";
import { writeFailure, writeOutcome, writeRefusal } from "./audit/outcome.ts";
import { reasonIn, whyReasonless } from "./audit/reason.ts";
import { answerAway, answerRefusal, answerTooMany } from "./frame-of.ts";
import { Closing } from "./closing.ts";
import type { Services } from "./services.ts";
import { servicesOf } from "./services-of.ts";
import { UnderWay } from "./readings/under-way.ts";
import { forgetReadings, hasChanged } from "./forget-readings.ts";
import { isAnswered, isAway } from "./redis/is-away.ts";
import { mayBeSent } from "./redis/may-be-sent.ts";
import { tellFailure } from "./redis/tell-failure.ts";
import type { Told } from "./redis/tell-failure.ts";
import type { Arrival } from "./request/arrival.ts";
import { readForm } from "./request/form.ts";
import { pathWithin } from "./request/mount.ts";
import { Router } from "./request/router.ts";
import type { Route } from "./route.ts";
import { ROUTES } from "./all-routes.ts";
import { answerAsset } from "./routes/assets.ts";
import { Health } from "./routes/health.ts";
import { RateLimit } from "./security/rate-limit.ts";
import { admit } from "./security/auth.ts";
import { TOKEN_FIELD, whyForged } from "./security/csrf.ts";
import { withSecurityHeaders } from "./security/headers.ts";
import { Permissions } from "./security/permissions.ts";
import type { User } from "./security/roles.ts";
import { routesOf } from "./tabs/tab-routes.ts";
import { localeOf, tokenOf, Visit, zoneChoiceIn } from "./visit.ts";
import type { WebSettings } from "./web-options.ts";
import type { Words } from "./words/words.ts";

interface Place {
  readonly url: URL;
  readonly base: string;
  readonly path: string;
}

/** Who has sent what, and what they read. */
interface Sender {
  readonly form: URLSearchParams;
  readonly user: User;
  readonly words: Words;
}

/** Routes requests, and answers those that no route may or can answer. */
export class Dashboard {
  readonly #settings: WebSettings;
  readonly #router: Router<Route>;
  readonly #services: Services;
  readonly #limit: RateLimit;
  readonly #health: Health;
  readonly #told: Told;
  readonly #underWay = new UnderWay();
  readonly #closing: Closing;

  constructor(settings: WebSettings) {
    this.#settings = settings;
    const { redis, tabs, logger } = settings;
    this.#limit = new RateLimit(settings.requestsPerMinute);
    this.#health = new Health(redis.api);
    this.#told = { logger, isToldOfOutages: redis.tellsOutages };
    this.#router = new Router([...ROUTES, ...routesOf(tabs)]);
    const enough = new AbortController();
    this.#services = servicesOf(settings, this.#underWay, enough.signal);
    this.#closing = new Closing(this.#services, redis, this.#underWay, enough);
  }

  /** Never rejects: whoever mounts the dashboard is not to fail with it. */
  async answer(request: Request, arrival: Arrival): Promise<Response> {
    if (this.#closing.hasBegun) return withSecurityHeaders(closed());
    const answer = this.#answer(request, arrival).catch((error: unknown) => this.#failed(error, request));
    const response = await this.#underWay.while(answer);
    const bodyless = request.method === "HEAD" ? new Response(null, response) : response;
    return withSecurityHeaders(bodyless);
  }

  /** Ends it for good: what is done to many jobs, what is being answered and read, and the connection that it has opened. */
  close(): Promise<void> {
    return this.#closing.close();
  }

  async #answer(request: Request, arrival: Arrival): Promise<Response> {
    const place = this.#placeOf(request, arrival);
    const asset = answerAsset(place.path);
    if (asset) return asset;
    const healthy = await this.#health.answer(place.path, request.method);
    if (healthy) return healthy;
    const user = await admit(request, arrival, this.#settings.auth);
    if (user instanceof Response) return user;
    const found = this.#router.find(request.method, place.path);
    const words = await this.#wordsOf(request);
    const visitOf = (form: URLSearchParams, params = {}): Visit =>
      this.#visitOf(request, place, params, { form, user, words });
    const answered = async (): Promise<readonly [Visit, Response]> => {
      const none = visitOf(new URLSearchParams());
      if (found === undefined) return [none, plain(words.text("refuse.no_page"), 404)];
      if (found === "otherMethod") return [none, plain(words.text("refuse.method"), 405)];
      const form = request.method === "POST" ? await readForm(request) : new URLSearchParams();
      if (form === undefined) return [none, plain(words.text("refuse.large_form"), 413)];
      const why = this.#whyForged(request, form);
      if (why !== undefined) return [none, await this.#refuseForged(why, place, { user, words })];
      const visit = visitOf(form, found.params);
      return [visit, await this.#visit(visit, found.route, arrival.remoteAddress)];
    };
    const [visit, response] = await answered();
    return isRefusal(response) && isForPeople(request)
      ? visit.withCookies(await answerRefusal(visit, response))
      : response;
  }

  #placeOf(request: Request, { basePath }: Arrival): Place {
    const url = new URL(request.url);
    const mounted = (basePath ?? "").replace(/^\/+/, "/").replace(/\/+$/, "");
    // An option says how browsers see it: a proxy may have taken something off the path.
    const base = this.#settings.basePath || mounted;
    const within = pathWithin(url.pathname, base);
    return { url, base, path: within === url.pathname ? pathWithin(within, mounted) : within };
  }

  #whyForged(request: Request, form: URLSearchParams): string | undefined {
    if (request.method === "GET" || request.method === "HEAD") return undefined;
    const { origins } = this.#settings;
    const field = form.get(TOKEN_FIELD) ?? undefined;
    return whyForged(request, { origins, cookie: tokenOf(request), field });
  }

  /** In the language that its sender reads. */
  #wordsOf(request: Request): Promise<Words> {
    return this.#services.languages.of(localeOf(request), request.headers.get("accept-language"));
  }

  async #refuseForged(
    why: string,
    { path }: Place,
    { user, words }: Omit<Sender, "form">,
  ): Promise<Response> {
    const asked = [{ action: "request", subject: { name: `POST ${path}` }, reason: why }];
    await this.#services.recorder.write({ user, asked, outcome: "refused", count: 0, reason: "", note: why });
    return plain(words.text("refuse.forged", { why }), 403);
  }

  #visitOf(
    request: Request,
    place: Place,
    params: Readonly<Record<string, string>>,
    { form, user, words }: Sender,
  ): Visit {
    const { readOnly, authorize, redis } = this.#settings;
    const permissions = new Permissions(user, { readOnly, authorize }, words);
    const { api } = redis;
    const services = this.#services;
    const { zone, auto: autoZone } = zoneChoiceIn(request, services.zones);
    const said = { words: words.in(zone), autoZone };
    return new Visit({ request, ...place, params, form, user, permissions, api, services, ...said });
  }

  async #visit(visit: Visit, route: Route, remoteAddress: string | undefined): Promise<Response> {
    const { request, form, permissions, words } = visit;
    const services = this.#services;
    // Before anybody is asked: `authorize` of the host may ask a database.
    const tooMany = await this.#tooMany(visit, route, remoteAddress);
    if (tooMany) return tooMany;
    const why = await whyRefused(route, visit);
    if (why !== undefined) {
      if (request.method === "POST") await writeRefusal(services.recorder, permissions, reasonIn(form));
      return plain(why, 403);
    }
    if (services.requireReason && whyReasonless(form)) return plain(words.text("refuse.reason"), 400);
    const response = await this.#answerOf(route, visit).catch(async (error: unknown) => {
      if (request.method === "POST") await writeFailure(visit, error);
      throw error;
    });
    if (request.method === "POST" && response.status !== 503) await writeOutcome(visit, response);
    // The page that it leads to shows what has changed.
    if (request.method === "POST" && hasChanged(visit, response)) forgetReadings(services, visit);
    return visit.withCookies(response);
  }

  /** How long this viewer has to wait for it; undefined when it comes at once. */
  #tooMany(visit: Visit, { cost = 1 }: Route, remoteAddress = ""): Promise<Response> | Response | undefined {
    const taken = typeof cost === "number" ? cost : cost(visit);
    // Whoever has many pages open can still end what they have begun: what is done does not stand behind what is looked at.
    const viewer = `${visit.request.method === "POST" ? "does" : "looks"} ${visit.user.name} ${remoteAddress}`;
    const waitMs = this.#limit.take(viewer, taken, performance.now());
    if (waitMs === 0) return undefined;
    const seconds = Math.ceil(waitMs / 1_000);
    if (isForPeople(visit.request)) return answerTooMany(visit, seconds);
    return plain(visit.words.text("refuse.too_often", { n: seconds }), 429, {
      "retry-after": String(seconds),
    });
  }

  /** What a person asked for, a person reads, also while Redis is away. */
  async #answerOf(route: Route, visit: Visit): Promise<Response> {
    let isSent = (): boolean => false;
    try {
      isSent = mayBeSent(visit.api.redis);
      return await route.answer(visit);
    } catch (error) {
      if (!isForPeople(visit.request) || !isAway(error) || this.#closing.isOver) throw error;
      tellFailure(this.#told, error, visit.request);
      if (visit.request.method === "POST") await writeFailure(visit, error);
      return answerAway(visit, error, isSent());
    }
  }

  async #failed(error: unknown, request: Request): Promise<Response> {
    // It was ended, and has not failed.
    if (this.#closing.isOver) return closed();
    const words = await this.#wordsOf(request);
    tellFailure(this.#told, error, request);
    if (isAway(error)) {
      const problem = this.#settings.redis.api.whyFailed(error);
      return plain(isAnswered(error) ? problem : words.text("refuse.away", { problem }), 503, {
        "retry-after": "5",
      });
    }
    // What it says may be for nobody but the log.
    return plain(words.text("refuse.failed"), 500);
  }
}

/** A line of text in the place of a page; what is to be kept as a file is none. */
const isRefusal = ({ status, headers }: Response): boolean =>
  status >= 400 &&
  status < 500 &&
  (headers.get("content-type") ?? "").startsWith("text/plain") &&
  !headers.has("content-disposition");

/** What a browser asks for; a script reads a line of text. */
const isForPeople = ({ headers }: Request): boolean => (headers.get("accept") ?? "").includes("text/html");

/** Before anybody is let in, and so in English. */
const closed = (): Response => plain("This dashboard has been closed.", 503);
