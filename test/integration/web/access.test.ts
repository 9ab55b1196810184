/** Who is answered, and what may be done: from outside, by HTTP. */
import { request } from "node:http";
import type { RequestOptions } from "node:http";
import { connect } from "node:net";
import { text as textOf } from "node:stream/consumers";
import { basicAuth } from "tsq/web";
import type { Role, WebOptions } from "tsq/web";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { startRedis } from "../../support/redis.ts";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
const { serve } = stage;

describe("without auth", () => {
  test("this machine is answered", async () => {
    expect((await (await serve({})).get("/stats")).status).toBe(200);
  });

  test.each([
    ["x-forwarded-for", "10.0.0.1"],
    ["forwarded", "for=10.0.0.1"],
    ["x-real-ip", "10.0.0.1"],
  ])("whoever comes through a proxy (%s) is not", async (name, value) => {
    const seen = await (await serve({})).get("/stats", { [name]: value });

    expect(seen.status).toBe(403);
    expect(seen.text).toContain(name);
  });

  test.each(["/stats", "//localhost/stats", "http://localhost/stats"])(
    "a page that gave its own name this machine's address is not, whatever its path looks like (%s)",
    async (path) => {
      expect(await statusOf(await serve({}), { path, headers: { host: "evil.example" } })).toBe(403);
    },
  );

  test("whoever speaks HTTP/1.0, as a proxy may, is not", async () => {
    const { port } = new URL((await serve({})).url);
    const socket = connect(Number(port), "127.0.0.1");

    socket.end(`GET /stats HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\n\r\n`);

    expect(await textOf(socket)).toMatch(/^HTTP\/1\.\d 403 .*HTTP\/1\.0/s);
  });
});

describe("a form of another site", () => {
  test.each([
    ["/retries/all/delete", 403],
    ["//evil.example/retries/all/delete", 404],
  ])("changes nothing, whatever its path looks like (%s)", async (path, refused) => {
    await stage.redis.zadd("retry", 1, "{}");

    const status = await statusOf(await serve({}), {
      path,
      method: "POST",
      headers: { origin: "http://evil.example", "content-type": "application/x-www-form-urlencoded" },
    });

    expect(status).toBe(refused);
    expect(await stage.redis.zcard("retry")).toBe(1);
  });
});

/** Of a request whose path goes out as it is written. */
const statusOf = ({ url }: { readonly url: string }, options: RequestOptions): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const asked = request({ hostname, port, ...options }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on("error", reject).end();
  });

describe("with auth", () => {
  test("nobody is answered without a password, and with it everybody by their role", async () => {
    const dashboard = await serve({
      auth: basicAuth({ ana: { password: "correct horse", role: "viewer" } }),
    });
    const authorization = `Basic ${Buffer.from("ana:correct horse").toString("base64")}`;

    expect((await dashboard.get("/stats")).status).toBe(401);
    expect((await dashboard.get("/stats")).headers.get("www-authenticate")).toContain("Basic");
    expect((await dashboard.get("/stats", { authorization })).status).toBe(200);
  });

  test.each([
    ["made", () => new Response(null, { status: 302, headers: { location: "http://login/" } })],
    ["of Response.redirect(), to which nothing can be added", () => Response.redirect("http://login/", 302)],
  ])("a Response of its own is sent, such as one that leads to a login: %s", async (_, auth) => {
    const { status, location, headers } = await (await serve({ auth })).get("/stats");

    expect({ status, location }).toEqual({ status: 302, location: "http://login/" });
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("one that fails lets nobody in", async () => {
    const dashboard = await serve({
      auth: () => {
        throw new Error("the directory is away");
      },
    });

    const { status, text } = await dashboard.get("/stats");

    expect(status).toBe(500);
    expect(text).not.toContain("directory");
  });
});

describe("what changes something", () => {
  const as = (role: Role, more: WebOptions = {}) => serve({ auth: () => ({ name: "ana", role }), ...more });
  const addDead = () =>
    stage.redis.zadd("dead", 1, JSON.stringify({ class: "A", args: [], jid: "a1", queue: "q" }));
  const FORM = { "key[]": "1-a1", delete: "1" };

  test("is done for an operator, and refused to a viewer with the reason", async () => {
    await addDead();

    expect(await (await as("viewer")).post("/morgue", FORM)).toMatchObject({
      status: 403,
      text: "Needs the role operator.\n",
    });
    expect(await stage.redis.zcard("dead")).toBe(1);
    expect((await (await as("operator")).post("/morgue", FORM)).status).toBe(302);
    expect(await stage.redis.zcard("dead")).toBe(0);
  });

  test("is for an admin alone where it empties things for all", async () => {
    await addDead();
    await stage.redis.lpush("queue:q", "{}");
    const operator = await as("operator");

    for (const path of ["/morgue/all/delete", "/retries/all/kill", "/queues/q"])
      expect((await operator.post(path)).status).toBe(403);
    expect((await operator.post("/busy", { stop: "1" })).status).toBe(403);
    expect(await stage.redis.zcard("dead")).toBe(1);
    expect(await stage.redis.llen("queue:q")).toBe(1);
  });

  test("is refused to everybody while the dashboard is read-only", async () => {
    await addDead();

    const { status, text } = await (await as("admin", { readOnly: true })).post("/morgue", FORM);

    expect({ status, text }).toEqual({ status: 403, text: "This dashboard is read-only.\n" });
    expect(await stage.redis.zcard("dead")).toBe(1);
  });

  test("is asked of `authorize` with the job, before anything is done", async () => {
    await addDead();
    await stage.redis.zadd("dead", 2, JSON.stringify({ class: "B", args: [], jid: "b2", queue: "other" }));
    const asked: unknown[] = [];
    const dashboard = await as("admin", {
      authorize: (_, action, subject) => {
        if (action === "job.delete") asked.push(subject);
        return subject.queue !== "other";
      },
    });

    expect((await dashboard.post("/morgue", { "key[]": ["1-a1", "2-b2"], delete: "1" })).status).toBe(403);

    expect(asked).toEqual([
      { set: "dead", queue: "q", class: "A", jid: "a1" },
      { set: "dead", queue: "other", class: "B", jid: "b2" },
    ]);
    expect(await stage.redis.zcard("dead")).toBe(2);
  });

  test("is refused to what comes from another site, and nothing is changed", async () => {
    await addDead();
    const dashboard = await as("admin");

    for (const headers of [{ "sec-fetch-site": "cross-site" }, { origin: "https://evil.example" }, {}])
      expect((await dashboard.post("/morgue", FORM, headers)).status).toBe(403);
    expect(await stage.redis.zcard("dead")).toBe(1);
    expect((await dashboard.post("/morgue", FORM, { origin: dashboard.url })).status).toBe(302);
  });

  test("is not done by a GET", async () => {
    await addDead();
    const dashboard = await as("admin");

    expect((await dashboard.get("/change_locale")).status).toBe(405);
    expect((await dashboard.get("/morgue/all/delete")).text).toContain("Delete 1 job?");
    expect(await stage.redis.zcard("dead")).toBe(1);
  });

  test("is refused when the form is larger than any page sends", async () => {
    await addDead();
    const dashboard = await as("admin");

    expect((await dashboard.post("/morgue", { ...FORM, x: "x".repeat(1_100_000) })).status).toBe(413);
    expect(await stage.redis.zcard("dead")).toBe(1);
  });
});

test("while Redis is away the answer is 503, and says which one, why, and what to do", async () => {
  const own = await startRedis();
  onTestFinished(() => own.stop());
  const dashboard = await serve({ redis: own.url });
  expect((await dashboard.get("/stats")).status).toBe(200);

  await own.stop();

  const why = `Cannot reach Redis at redis://127.0.0.1:${own.port}/0: connection refused. Is the server running?`;
  await eventually(async () => {
    const [stats, page] = await Promise.all([
      dashboard.get("/stats"),
      dashboard.get("/", { accept: "text/html" }),
    ]);
    expect([stats.status, page.status]).toEqual([503, 503]);
    expect(stats.text).toContain(why);
    expect(page.text).toContain(why);
  });
});
