/** Every form that the dashboard takes, sent by every role: what is refused, and that it changes nothing then. */
import { afterEach, expect, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Form, Served } from "../../support/dashboard.ts";
import { setRedis } from "../../support/empty-redis.ts";
import { cronTab } from "../../support/inside-tsq.ts";
import { ACTIONS, ROUTES } from "../../support/inside-web.ts";
import { POSTS } from "../../support/web-posts.ts";
import type { Post } from "../../support/web-posts.ts";

const stage = setRedis();
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

const WORK = "a-work-that-goes-on";
const LEAST: Readonly<Record<string, string>> = {
  ...ACTIONS,
  ...Object.fromEntries(
    Object.entries(cronTab().actions ?? {}).map(([name, role]) => [`cron.${name}`, role]),
  ),
};
const ROLES = ["viewer", "operator", "admin"] as const;

const job = (jid: string) => JSON.stringify({ class: "A", args: [1], jid, queue: "q", retry: true });
const fill = async () => {
  const { redis } = stage;
  await redis.flushdb();
  for (const set of ["retry", "schedule", "dead"]) await redis.zadd(set, 1, job("a1"), 2, job("b2"));
  await redis.zadd("retry", ...Array.from({ length: 50 }, (_, i) => [i + 10, job(`m${i}`)]).flat());
  await redis.sadd("queues", "q");
  await redis.lpush("queue:q", job("a1"), job("b2"));
  await redis.sadd("processes", "one:1:abc");
  await redis.hset("one:1:abc", { info: '{"version":"tsq 0.1.0","queues":["q"]}', busy: 1 });
  const entry = { name: "nightly", cron: "0 3 * * *", klass: "A", queue_name: "q", status: "enabled" };
  await redis.hset("cron_job:default:nightly", entry);
  await redis.sadd("cron_jobs:default", "cron_job:default:nightly");
  await redis.sadd("cron_namespaces", "default");
};

const serve = async (readOnly = false): Promise<Served> => {
  const auth = (request: Request) => {
    const role = ROLES.find((one) => one === request.headers.get("x-role"));
    return role && { name: role, role };
  };
  const dashboard = await serveDashboard({
    redis: stage.server.url,
    auth,
    readOnly,
    requestsPerMinute: 1_000_000,
  });
  stops.push(() => dashboard.stop());
  return dashboard;
};

const NAMES: Readonly<Record<string, string>> = {
  ":name": "q",
  ":key": "1-a1",
  ":jid": "a1",
  ":id": WORK,
  ":namespace": "default",
};
const pathOf = (route: string): string =>
  route
    .split("/")
    .map((part, i, parts) => (part === ":name" && parts[1] === "cron" ? "nightly" : (NAMES[part] ?? part)))
    .join("/");
const send = (dashboard: Served, route: string, form: Form, role: string) =>
  dashboard.post(pathOf(route), form, { "sec-fetch-site": "same-origin", "x-role": role });

/** Of an admin, and so slow that it is there as long as the test is. */
const begin = (dashboard: Served) =>
  send(
    dashboard,
    "/retries/all/move",
    { as_of: `${Date.now()}`, expected: "52", to: "far", pace: "90000", id: WORK },
    "admin",
  );

/** All of Redis but the trail, which keeps refusals, and what a work says of itself every two seconds. */
const stateOf = async (): Promise<Readonly<Record<string, string>>> => {
  const keys = (await stage.redis.keys("*")).filter((key) => !/^tsq:(?:audit|bulk)/.test(key)).toSorted();
  const dumps = await Promise.all(keys.map((key) => stage.redis.dumpBuffer(key)));
  return Object.fromEntries(keys.map((key, i) => [key, dumps[i]?.toString("base64") ?? ""]));
};

const reaches = (role: string, action: string | undefined): boolean =>
  action === undefined || ROLES.indexOf(role as never) >= ROLES.indexOf(LEAST[action] as never);

const nameOf = ({ route, form }: Post): string => `${route} ${JSON.stringify(form)}`;

test("the table has every route that takes a form, each action of the table of roles, and no others", () => {
  const cron = cronTab().routes ?? [];
  const all = [...ROUTES, ...cron.map(({ method, path }) => ({ method, path: `/cron${path}` }))];
  const posts = all.filter(({ method }) => method === "POST").map(({ path }) => path);

  expect([...new Set(POSTS.map(({ route }) => route))].toSorted()).toEqual([...new Set(posts)].toSorted());
  // The trail is for looking.
  expect(
    [...new Set(POSTS.map(({ action }) => action))].filter((one) => one !== undefined).toSorted(),
  ).toEqual(
    Object.keys(LEAST)
      .filter((action) => action !== "audit")
      .toSorted(),
  );
});

test.each(ROLES)("what the table of roles keeps from a %s is refused, and all else is done", async (role) => {
  const dashboard = await serve();
  for (const post of POSTS) {
    await fill();
    if (post.needsWork === true) expect((await begin(dashboard)).status).toBe(302);
    const before = await stateOf();

    const { status } = await send(dashboard, post.route, post.form, role);

    const isAllowed = reaches(role, post.action);
    expect([nameOf(post), status === 403]).toEqual([nameOf(post), !isAllowed]);
    if (!isAllowed && post.needsWork !== true)
      expect([nameOf(post), await stateOf()]).toEqual([nameOf(post), before]);
    // What begins one ends it.
    if (post.needsWork === true) await send(dashboard, post.route, post.form, "admin");
  }
});

test("while it is read-only every form that would change something is refused to an admin", async () => {
  const dashboard = await serve(true);
  await fill();
  const before = await stateOf();
  for (const post of POSTS.filter(({ needsWork }) => needsWork !== true)) {
    const { status } = await send(dashboard, post.route, post.form, "admin");

    const isLook = post.action === undefined || post.action === "look";
    expect([nameOf(post), status === 403]).toEqual([nameOf(post), !isLook]);
  }
  expect(await stateOf()).toEqual(before);
});

test("a viewer changes nothing by a form with the fields of all others, at any path", async () => {
  const everything: Record<string, string | readonly string[]> = {};
  for (const { form } of POSTS) Object.assign(everything, form);
  const dashboard = await serve();
  await fill();
  const before = await stateOf();
  for (const route of new Set(POSTS.map((post) => post.route))) {
    const { status } = await send(dashboard, route, everything, "viewer");

    // Of no work that is there.
    const isOpen = ["/preferences", "/change_locale", "/bulk/:id"].includes(route);
    expect([route, status === 403]).toEqual([route, !isOpen]);
  }
  expect(await stateOf()).toEqual(before);
});
