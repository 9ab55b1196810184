/** What is not there, or may not be done, as a person in a browser sees it. */
import type { Role } from "tsq/web";
import { describe, expect, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
const { serve } = stage;

const PERSON = { accept: "text/html,application/xhtml+xml" };
const serveAs = (role: Role) => serve({ auth: () => ({ name: "mira", role }) });
const payload = (jid: string) =>
  JSON.stringify({ class: "HardJob", args: [], jid, queue: "low", created_at: 1 });

describe("a refusal", () => {
  test.each([
    ["/nowhere", 404, "There is no such page."],
    ["/retries/all/delete", 403, "Needs the role admin."],
  ])(
    "of %s is a page with the way on for a person, and a line of text for a script",
    async (path, status, said) => {
      const dashboard = await serveAs("viewer");

      const page = await dashboard.get(path, PERSON);
      expect(page.status).toBe(status);
      expect(page.headers.get("content-type")).toContain("text/html");
      expect(page.text).toContain(`<h1>${said}</h1>`);
      expect(page.text).toMatch(/<a class="btn main" href="\/">/);
      expect(page.text).toContain('<a href="/retries"');

      const line = await dashboard.get(path);
      expect(line.status).toBe(status);
      expect(line.text).toBe(`${said}\n`);
    },
  );

  test("of a tab that others have brought has nothing of the text that it was but what it says", async () => {
    const long = "x".repeat(100_000);
    const headers = {
      "content-type": "text/plain; charset=utf-8",
      "content-length": "9",
      etag: '"text"',
      "retry-after": "7",
    };
    const answer = () => new Response(`No invoice \u202egnp. <b>${long}`, { status: 404, headers });
    const routes = [{ method: "GET" as const, path: "/" as const, answer }];
    const dashboard = await serve({ tabs: [{ name: "invoices", path: "/invoices", routes }] });

    const page = await dashboard.get("/invoices", PERSON);

    expect(page.status).toBe(404);
    expect(page.headers.get("retry-after")).toBe("7");
    expect(page.headers.get("etag")).toBeNull();
    expect(page.text).toContain("<h1>No invoice \\u202egnp.</h1>");
    expect(page.text).toContain("</html>");
    expect(page.text).toContain("&lt;b&gt;xxx");
    expect(page.text).not.toContain(long);
  });

  test("of something that was to be done leads back to where one was", async () => {
    const dashboard = await serveAs("viewer");
    const headers = { ...PERSON, "sec-fetch-site": "same-origin", referer: `${dashboard.url}/queues?page=2` };

    const { status, text } = await dashboard.post("/queues/low", { pause: "1" }, headers);

    expect(status).toBe(403);
    expect(text).toContain("<h1>Needs the role operator.</h1>");
    expect(text).toMatch(/<a class="btn main" href="\/queues\?page=2">/);
    expect(await stage.redis.exists("paused")).toBe(0);
  });

  test("of a form of another site, too, and what it is refused for stands in the lead", async () => {
    const headers = { ...PERSON, "sec-fetch-site": "cross-site", referer: "https://evil.example/" };

    const { status, text } = await (await serveAs("admin")).post("/queues/low", { pause: "1" }, headers);

    expect(status).toBe(403);
    expect(text).not.toContain("evil.example");
    expect(text).toMatch(/<h1>Nothing was changed: [^<]*<\/h1><p>Where a proxy changes the host, /);
    expect(text).toMatch(/<a class="btn main" href="\/">/);
  });
});

describe.each([
  ["viewer", 0],
  ["operator", 3],
] as const)("a %s", (role, boxes) => {
  test.each(["/retries", "/queues/low"])(
    "has as many boxes to tick on %s as lead to something",
    async (path) => {
      await stage.redis.sadd("queues", "low");
      for (const jid of ["a", "b"]) {
        await stage.redis.zadd("retry", 1_999_999_999, payload(jid));
        await stage.redis.lpush("queue:low", payload(jid));
      }

      const { text } = await (await serveAs(role)).get(path);

      expect(text.match(/type="checkbox"/g) ?? []).toHaveLength(boxes);
      expect(text.includes("Needs the role operator")).toBe(boxes === 0);
    },
  );
});

test("an empty queue that nobody serves says what becomes of a job there", async () => {
  await stage.redis.sadd("queues", "low");

  const { text } = await (await serve()).get("/queues/low");

  expect(text).toContain("No process listens: a job that comes waits here until one does.");
  expect(text).not.toContain("while no slot is free");
});

test("errors of which none fits a filter say so", async () => {
  await stage.redis.zadd("dead", 1, JSON.stringify({ ...JSON.parse(payload("a")), error_class: "Boom" }));

  const { text } = await (await serve()).get("/errors?q=jid:other");

  expect(text).toContain("Nothing fits the filter.");
  expect(text).not.toContain("<table");
});

test("errors that were not all gone through say that none has been found so far", async () => {
  const dead = Array.from({ length: 10_001 }, (_, i) => [i, payload(`j${i}`)]);
  await stage.redis.zadd("dead", ...dead.flat());

  const { text } = await (await serve()).get("/errors?q=jid:other");

  expect(text).toContain("None so far.");
  expect(text).not.toContain("Nothing fits the filter.");
});
