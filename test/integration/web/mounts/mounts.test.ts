/** The dashboard in each framework that docs/dashboard.md has a row for, below a path and at the root. */
import { connect } from "node:net";
import type { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../../support/eventually.ts";
import { FRAMEWORKS, mount } from "../../../support/mounts.ts";
import type { Framework, Mounted } from "../../../support/mounts.ts";
import { startRedis } from "../../../support/redis.ts";
import type { TestRedis } from "../../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());

const addDead = async (...jids: readonly string[]): Promise<void> => {
  for (const jid of jids)
    await redis.zadd("dead", 1, JSON.stringify({ class: "A", args: [], jid, queue: "q" }));
};
const SAME_ORIGIN = { "sec-fetch-site": "same-origin" };

/** A body parser of each that has one before the dashboard: node:http has none, and Fastify's are kept out. */
const PARSERS: Partial<Record<Framework, readonly unknown[]>> = {
  koa: [
    async (ctx: { req: AsyncIterable<Buffer>; request: { body?: unknown } }, next: () => unknown) => {
      const chunks: Buffer[] = [];
      for await (const chunk of ctx.req) chunks.push(chunk);
      const form = new URLSearchParams(Buffer.concat(chunks).toString());
      const names = [...new Set(form.keys())];
      const valueOf = (name: string) => (name.endsWith("[]") ? form.getAll(name) : form.get(name));
      ctx.request.body = Object.fromEntries(names.map((name) => [name, valueOf(name)]));
      return next();
    },
  ],
  hono: [
    async (c: { req: { parseBody: () => Promise<unknown> } }, next: () => Promise<void>) => {
      await c.req.parseBody();
      await next();
    },
  ],
};

const places = FRAMEWORKS.flatMap((framework) => [
  [framework, "/sidekiq"] as const,
  [framework, ""] as const,
]);

describe.each(places)("in %s at '%s'", (framework, path) => {
  let mounted: Mounted;
  beforeAll(async () => {
    mounted = await mount(framework, path, { redis: server.url });
  });
  afterAll(() => mounted.stop());
  beforeEach(() => redis.flushdb());

  test("pages are there, with all that they lead to and load below the path", async () => {
    await addDead("a1");
    for (const page of ["/", "/busy", "/queues", "/morgue", "/morgue/1-a1", "/metrics"]) {
      const { status, text } = await mounted.get(path + page);

      expect([page, status]).toEqual([page, 200]);
      const addresses = [...text.matchAll(/(?:href|action|src)="([^"#]+)/g)].map(
        ([, address = ""]) => address,
      );
      const own = addresses.filter((address) => !address.startsWith("https://"));
      expect(own.length).toBeGreaterThan(5);
      expect(own.filter((address) => !address.startsWith(`${path}/`))).toEqual([]);
    }
  });

  test("the path is the first page with and without a slash at its end", async () => {
    const pages = await Promise.all([mounted.get(path || "/"), mounted.get(`${path}/`)]);

    expect(pages.map(({ status }) => status)).toEqual([200, 200]);
  });

  test("style and script come, and may be kept for ever", async () => {
    const { text } = await mounted.get(`${path}/`);
    const files = [...text.matchAll(/"([^"]*\/assets\/[^"]+)"/g)].map(([, file = ""]) => file);

    expect(files.length).toBeGreaterThan(1);
    for (const file of files) {
      const { status, headers } = await mounted.get(file);
      expect([file, status]).toEqual([file, 200]);
      expect(headers.get("cache-control")).toContain("immutable");
    }
  });

  test("HEAD is answered like GET, without a body", async () => {
    for (const page of ["/", "/stats", "/queues"]) {
      const { status, headers, body } = await fetch(mounted.url + path + page, { method: "HEAD" });

      expect([page, status, body]).toEqual([page, 200, null]);
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
  });

  test("what is no page of it is its own 404, and what is beside it is the app's", async () => {
    expect(await mounted.get(`${path}/nowhere`)).toMatchObject({
      status: 404,
      text: "There is no such page.\n",
    });
    if (path === "") return;
    expect(await mounted.get("/")).toMatchObject({ status: 200, text: "the app\n" });
    expect((await mounted.get(`${path}x/retries`)).text).not.toContain("<h1>");
  });

  test("a form with several fields of one name does what it says, and leads to a page below the path", async () => {
    await addDead("a1", "b2", "c3");

    const answer = await mounted.post(`${path}/morgue`, { "key[]": ["1-a1", "1-b2"], delete: "1" });

    expect(answer).toMatchObject({ status: 302, location: `${path}/morgue` });
    expect(await redis.zcard("dead")).toBe(1);
  });

  test("a form is known by the token of its page where a browser says nothing else", async () => {
    await addDead("a1");
    const { text } = await mounted.get(`${path}/morgue`);
    const [, name = "", token = ""] =
      /<input type="hidden" name="(\w+)" value="([\w-]{24})"/.exec(text) ?? [];

    const forged = await mounted.post(`${path}/morgue`, { "key[]": "1-a1", delete: "1" }, {});
    expect(forged.status).toBe(403);
    expect(await redis.zcard("dead")).toBe(1);
    const own = await mounted.post(`${path}/morgue`, { "key[]": "1-a1", delete: "1", [name]: token }, {});
    expect(own.status).toBe(302);
    expect(await redis.zcard("dead")).toBe(0);
  });

  test("a form leads back to the list as it was, and never out of it", async () => {
    for (const [referer, location] of [
      [`${mounted.url}${path}/morgue?page=2`, `${path}/morgue?page=2`],
      ["https://evil.example/morgue?page=2", `${path}/morgue`],
      [`${mounted.url}//evil.example/?page=2`, path === "" ? undefined : `${path}/morgue`],
    ]) {
      const answer = await mounted.post(
        `${path}/morgue`,
        { delete: "1" },
        { ...SAME_ORIGIN, referer: referer ?? "" },
      );

      expect(answer.status).toBe(302);
      expect(answer.location).toMatch(new RegExp(`^${path}/morgue`));
      if (location !== undefined) expect(answer.location).toBe(location);
    }
  });

  test("a browser that goes away in the middle of a form leaves it undone and the server well", async () => {
    await addDead("a1");
    const body = "key%5B%5D=1-a1&delete=1";
    const head = [
      `POST ${path}/morgue HTTP/1.1`,
      `host: 127.0.0.1:${mounted.port}`,
      "sec-fetch-site: same-origin",
      "content-type: application/x-www-form-urlencoded",
      `content-length: ${body.length + 10}`,
    ];
    const socket = connect(mounted.port, "127.0.0.1");
    await new Promise<void>((resolve) => {
      socket.write(`${head.join("\r\n")}\r\n\r\n${body}`, () => resolve());
    });
    socket.destroy();
    const gone = connect(mounted.port, "127.0.0.1");
    gone.write(`GET ${path}/ HTTP/1.1\r\nhost: 127.0.0.1:${mounted.port}\r\n\r\n`, () => gone.destroy());

    await eventually(async () => expect((await mounted.get(`${path}/`)).status).toBe(200));
    expect(await redis.zcard("dead")).toBe(1);
  });
});

describe.each(Object.entries(PARSERS))("in %s behind a body parser", (framework, before) => {
  let mounted: Mounted | undefined;
  afterEach(() => mounted?.stop());

  test("a form still does what it says", async () => {
    await redis.flushdb();
    await addDead("a1", "b2", "c3");
    // The keys of the table are frameworks.
    mounted = await mount(framework as Framework, "/sidekiq", { redis: server.url }, before);

    const answer = await mounted.post("/sidekiq/morgue", { "key[]": ["1-a1", "1-b2"], delete: "1" });

    expect(answer).toMatchObject({ status: 302, location: "/sidekiq/morgue" });
    expect(await redis.zcard("dead")).toBe(1);
  });
});
