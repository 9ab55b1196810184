/** Pages, phrases and rows that others bring to the dashboard: from outside, by HTTP. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { act, createWeb, html, path } from "tsq/web";
import type { Tab, User, WebOptions } from "tsq/web";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { setDashboards } from "../../support/web-stage.ts";

const stage = setDashboards();
const { serve } = stage;

const HOSTILE = `"><script>alert(1)</script>`;

/** A page of invoices, with one thing that can be done. */
const billing: Tab = {
  name: "billing",
  path: "/foobar",
  label: "billing.title",
  count: async (api) => await api.redis.llen("invoices"),
  actions: { refund: "operator", wipe: "admin" },
  words: {
    en: {
      "billing.title": "Invoices",
      "billing.open": { one: "{count} is open", other: "{count} are open" },
    },
    de: { "billing.title": "Rechnungen" },
  },
  routes: [
    {
      method: "GET",
      path: "/",
      answer: (visit) =>
        visit.page(({ words }) => ({
          title: "Invoices",
          heading: words.t("billing.open", { count: 2 }),
          body: html`<p>${words.t("billing.title")}</p>`,
        })),
    },
    {
      method: "GET",
      path: "/:name",
      answer: (visit) =>
        visit.page((frame) => {
          const name = visit.params["name"] ?? "";
          return {
            title: name,
            heading: name,
            body: html`<p>tone ${visit.query.get("tone")}</p>${act(frame, "billing.refund", html`Refund`, path`/foobar/${name}`, {})}`,
          };
        }),
    },
    {
      method: "POST",
      path: "/:name",
      action: "refund",
      subject: ({ name = "" }) => ({ name }),
      answer: async (visit) => {
        const why = visit.form.has("wipe") ? await visit.why("wipe") : undefined;
        if (why !== undefined) return new Response(why, { status: 403 });
        await visit.api.redis.rpush("invoices", visit.params["name"] ?? "");
        return visit.done("/foobar", `${visit.params["name"]} was refunded.`);
      },
    },
  ],
};

describe("a tab", () => {
  test("stands in the navigation with its count, and leads to its page in the frame", async () => {
    await stage.redis.rpush("invoices", "a", "b", "c");
    const dashboard = await serve({ tabs: [billing] });

    const home = await dashboard.get("/");
    const page = await dashboard.get("/foobar");

    expect(home.text).toMatch(
      /<a href="\/foobar"><svg[^>]*>.*?<\/svg><bdi>Invoices<\/bdi><span class="n">3</,
    );
    expect(page.status).toBe(200);
    expect(page.text).toContain("<h1>2 are open</h1>");
    expect(page.text).toContain(`<a href="/foobar" aria-current="page">`);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
  });

  test("without routes is a link", async () => {
    const dashboard = await serve({ tabs: [{ name: "reports", path: "/reports" }] });

    expect((await dashboard.get("/")).text).toContain("<bdi>reports</bdi>");
    expect((await dashboard.get("/reports")).status).toBe(404);
  });

  test("gets what stands in the path and behind the question mark, and both are escaped", async () => {
    const dashboard = await serve({ tabs: [billing] });

    const { text } = await dashboard.get(
      `/foobar/${encodeURIComponent(HOSTILE)}?tone=${encodeURIComponent("<i>loud")}`,
    );

    expect(text).toContain("tone &lt;i&gt;loud");
    expect(text).not.toContain("<script>alert");
  });

  test("acts by its own form, once it is known to be one, and says so", async () => {
    const dashboard = await serve({ tabs: [billing] });

    const forged = await dashboard.post("/foobar/A1", {}, { "sec-fetch-site": "cross-site" });
    const { status, location } = await dashboard.post("/foobar/A1");

    expect(forged.status).toBe(403);
    expect({ status, location }).toEqual({ status: 302, location: "/foobar" });
    expect((await dashboard.get("/foobar")).text).toContain("A1 was refunded.");
    expect(await stage.redis.lrange("invoices", "0", "-1")).toEqual(["A1"]);
  });

  test.each([
    ["viewer", 403, 403],
    ["operator", 302, 403],
    ["admin", 302, 302],
  ] as const)("lets a %s do what the role allows", async (role, refund, wipe) => {
    const dashboard = await serve({ tabs: [billing], auth: () => ({ name: "mira", role }) });

    expect((await dashboard.post("/foobar/A1")).status).toBe(refund);
    expect((await dashboard.post("/foobar/A1", { wipe: "1" })).status).toBe(wipe);
    expect((await dashboard.get("/foobar/A1")).text.includes("Needs the role operator")).toBe(
      role === "viewer",
    );
  });

  test("changes nothing of a dashboard that only shows, and asks `authorize` with its subject", async () => {
    const asked: unknown[] = [];
    const authorize = (_: User, action: string, subject: object) => {
      asked.push([action, subject]);
      return action !== "billing.refund";
    };
    const shown = await serve({ tabs: [billing], readOnly: true });
    const ruled = await serve({ tabs: [billing], authorize });

    expect((await shown.post("/foobar/A1")).status).toBe(403);
    expect((await ruled.post("/foobar/A1")).status).toBe(403);
    expect(asked).toContainEqual(["billing.refund", { name: "A1" }]);
    expect(await stage.redis.exists("invoices")).toBe(0);
  });

  test("that cannot be counted is shown without a count", async () => {
    const count = () => Promise.reject(new Error("no"));
    const dashboard = await serve({ tabs: [{ name: "reports", path: "/reports", count }] });

    expect((await dashboard.get("/")).text).toMatch(/<bdi>reports<\/bdi><\/a>/);
  });

  test("whose page fails says so, and the dashboard goes on", async () => {
    const answer = () => Promise.reject(new Error("secret"));
    const tab: Tab = { name: "odd", path: "/odd", routes: [{ method: "GET", path: "/", answer }] };
    const dashboard = await serve({ tabs: [tab] });

    const { status, text } = await dashboard.get("/odd");

    expect(status).toBe(500);
    expect(text).not.toContain("secret");
    expect((await dashboard.get("/")).status).toBe(200);
  });
});

const answer = () => new Response("");

test.each([
  [{ name: "Big Name", path: "/x" }, "lowercase letters"],
  [{ name: "x", path: "x" }, "slash in front"],
  [{ name: "x", path: "/queues" }, "has no page at"],
  [{ name: "x", path: "/queues/mine" }, "has no page at"],
  [{ name: "x", path: "/x", route: [] }, "Did you mean `routes`"],
  [{ name: "x", path: "/x", actions: { go: "root" } }, "`viewer`, `operator` or `admin`"],
  [{ name: "x", path: "/x", routes: [{ method: "PUT", path: "/", answer }] }, "`GET` or `POST`"],
  [{ name: "x", path: "/x", routes: [{ method: "GET", path: "a", answer }] }, "below that of its tab"],
  [{ name: "x", path: "/x", routes: [{ method: "GET", path: "/" }] }, "Give it as `answer`"],
  [{ name: "x", path: "/x", routes: [{ method: "POST", path: "/", answer }] }, "needs a role"],
  [{ name: "x", path: "/x", routes: [{ method: "GET", path: "/", answer, action: "go" }] }, "Add it to"],
])("a tab with a mistake is refused when the dashboard is made: %#", (tab, said) => {
  // From JavaScript anything can come.
  expect(() => createWeb({ tabs: [tab as Tab] })).toThrow(said);
});

test("two tabs of one path are refused", () => {
  const tabs = [
    { name: "one", path: "/x" },
    { name: "two", path: "/x" },
  ];

  expect(() => createWeb({ tabs })).toThrow("that no other has");
});

describe("further phrases", () => {
  test("of a directory are found by pages, and stand in the place of those of a tab", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tsq-locales-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "en.json"), JSON.stringify({ "billing.title": "Bills" }));
    await writeFile(join(folder, "tlh.json"), JSON.stringify({ "billing.title": "DIl" }));
    const dashboard = await serve({ tabs: [billing], locales: folder });

    expect((await dashboard.get("/foobar")).text).toContain("<p>Bills</p>");
    expect((await dashboard.get("/foobar", { "accept-language": "tlh" })).text).toContain("<p>DIl</p>");
  });

  test("of a tab may be in a directory of its own", async () => {
    const folder = await mkdtemp(join(tmpdir(), "tsq-locales-"));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "en.json"), JSON.stringify({ "billing.title": "Bills" }));
    const dashboard = await serve({ tabs: [{ ...billing, words: folder }] });

    expect((await dashboard.get("/foobar")).text).toContain("<p>Bills</p>");
  });

  test("of a tab that are none are refused", () => {
    const of = (words: unknown) => ({ tabs: [{ ...billing, words } as Tab] });

    expect(() => createWeb(of("/nowhere/at/all"))).toThrow("a directory that can be read");
    expect(() => createWeb(of({ de: { a: 1 } }))).toThrow("a phrase for `a` in `de`");
  });

  test("of an object are found by pages", async () => {
    const dashboard = await serve({ locales: { en: { "nav.dead": "Morgue" } } });

    expect((await dashboard.get("/")).text).toContain("Morgue");
  });

  test.each([
    ["/nowhere/at/all", "a directory that can be read"],
    [{ "no tag": {} }, "by its tag"],
    [{ de: [] }, "phrases by key in `de`"],
    [{ de: { a: 1 } }, "a phrase for `a` in `de`"],
    [{ de: { a: { one: "1" } } }, "a phrase for `a` in `de`"],
  ] as const)("that are none are refused: %#", (locales, said) => {
    expect(() => createWeb({ locales: locales as WebOptions["locales"] })).toThrow(said);
  });
});

describe("rows on the page of a job", () => {
  beforeEach(async () => {
    const job = { class: "HardJob", args: [HOSTILE], jid: "abc", tenant: 7 };
    await stage.redis.zadd("dead", "1", JSON.stringify(job));
  });

  test("are added by the host, who is given the job; text is text, and markup is markup", async () => {
    const dashboard = await serve({
      jobRows: async (job, { user }) => [
        { title: "Tenant", value: html`<b>${String(job.payload?.["tenant"])}</b>` },
        { title: "For", value: user.name },
        { title: "First", value: String(job.displayArgs[0]) },
      ],
    });

    const { text } = await dashboard.get("/morgue/1-abc");

    expect(text).toContain("<dt>Tenant</dt><dd><b>7</b></dd>");
    expect(text).not.toContain("<script>alert");
  });

  test("are added by tabs, each without the others, and by the host behind them", async () => {
    const rowsOf = (title: string) => ({ jobRows: () => [{ title, value: "x" }] });
    const broken = () => {
      throw new Error("no");
    };
    const said: string[] = [];
    const dashboard = await serve({
      tabs: [
        { name: "one", path: "/one", ...rowsOf("Of one") },
        { name: "two", path: "/two", jobRows: broken },
        { name: "three", path: "/three", ...rowsOf("Of three") },
      ],
      ...rowsOf("Of the host"),
      logger: pino({}, { write: (line) => said.push((JSON.parse(line) as { msg: string }).msg) }),
    });

    const { text } = await dashboard.get("/morgue/1-abc");

    expect(text.match(/<dt>Of .*?<\/dt>/g)).toEqual([
      "<dt>Of one</dt>",
      "<dt>Of three</dt>",
      "<dt>Of the host</dt>",
    ]);
    expect(said).toEqual(["`jobRows` of the tab `two` failed"]);
  });

  test("that are no function are refused", () => {
    const tab = { name: "one", path: "/one", jobRows: [] } as unknown as Tab;

    expect(() => createWeb({ tabs: [tab] })).toThrow("a function as `jobRows`");
  });

  test("that cannot be made keep no job from being shown", async () => {
    const dashboard = await serve({
      jobRows: () => {
        throw new Error("no");
      },
    });

    expect((await dashboard.get("/morgue/1-abc")).text).toContain("HardJob");
  });
});
