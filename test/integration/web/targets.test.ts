/** Jobs that are moved to another queue or given another time on the dashboard: one, those that are ticked, and all that match. */
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const SCORE = 1_700_000_000;
const SOON = Date.UTC(2090, 0, 1) / 1_000;
const text = (jid: string, more: object = {}) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", created_at: 1, ...more });
const fill = (set: string, ...jids: readonly string[]) =>
  stage.redis.zadd(
    set,
    ...jids.flatMap((jid) => [SCORE, text(jid, jid.startsWith("r") ? { class: "RareJob" } : {})]),
  );
/** The jids with the queue that each names and its score. */
const now = async (set: string): Promise<readonly string[]> => {
  const all = await stage.redis.zrange(set, "0", "-1", "WITHSCORES");
  const pairs = all.flatMap((one, i) => (i % 2 === 0 ? [[one, all[i + 1]] as const] : []));
  return pairs
    .map(([job, score]) => {
      const { jid, queue } = JSON.parse(job) as { jid: string; queue: string };
      return `${jid} ${queue} ${Number(score) === SCORE ? "" : score}`.trim();
    })
    .toSorted();
};
const fieldsOf = (page: string): Record<string, string[]> => {
  const fields: Record<string, string[]> = {};
  for (const [, name = "", value = ""] of page.matchAll(
    /<input type="hidden" name="([^"]*)" value="([^"]*)"/g,
  )) {
    if (name !== "authenticity_token" && name !== "theme")
      (fields[name] ??= []).push(value.replaceAll("&amp;", "&"));
  }
  return fields;
};

describe.each([
  ["/retries", "retry"],
  ["/scheduled", "schedule"],
  ["/morgue", "dead"],
])("%s", (path, set) => {
  test("those that are ticked go to another queue, after a question that comes back to the list", async () => {
    await fill(set, "a1", "b2", "r3");
    const headers = { "sec-fetch-site": "same-origin", referer: `${stage.dashboard.url}${path}?q=class%3A*` };

    const asked = await stage.dashboard.post(
      path,
      { "key[]": [`${SCORE}-a1`, `${SCORE}-r3`], move: "1" },
      headers,
    );
    const answer = await stage.dashboard.post(path, { ...fieldsOf(asked.text), to: " low " });

    expect(asked.status).toBe(200);
    expect(asked.text).toContain("<h1>Move 2 jobs to another queue?</h1>");
    expect(asked.text).toMatch(/Rare<wbr>Job<\/bdi><\/dt><dd class="num">1</);
    expect(answer.location).toBe(`${path}?q=class%3A*`);
    expect(await now(set)).toEqual(["a1 low", "b2 default", "r3 low"]);
  });

  test("all that match go there, and their question and their work say where", async () => {
    await fill(set, "a1", "r2", "r3");

    const asked = await stage.dashboard.get(`${path}/all/move?q=class:RareJob`);
    await stage.dashboard.post(`${path}/all/move`, { ...fieldsOf(asked.text), to: "low" });

    expect(asked.text).toContain("Move 2 jobs to another queue?");
    expect(asked.text).toContain("They stay where they are");
    await eventually(async () => expect(await now(set)).toEqual(["a1 default", "r2 low", "r3 low"]));
    const [work = ""] = /\/bulk\/[\w-]+/.exec((await stage.dashboard.get(path)).text) ?? [];
    expect((await stage.dashboard.get(work)).text).toMatch(/To queue<\/dt><dd><bdi>low</);
  });

  test("one goes there from its page", async () => {
    await fill(set, "a1");

    expect((await stage.dashboard.get(`${path}/${SCORE}-a1`)).text).toContain(
      `href="${path}/${SCORE}-a1/move"`,
    );
    const asked = await stage.dashboard.get(`${path}/${SCORE}-a1/move`);
    const answer = await stage.dashboard.post(`${path}/${SCORE}-a1`, { ...fieldsOf(asked.text), to: "low" });

    expect(asked.text).toContain("Move <bdi>HardJob</bdi> to another queue?");
    expect(answer.location).toBe(`${path}/${SCORE}-a1`);
    expect(await now(set)).toEqual(["a1 low"]);
  });
});

describe.each([
  ["/retries", "retry"],
  ["/scheduled", "schedule"],
])("%s", (path, set) => {
  test("those that are ticked, all that match, and one get another time", async () => {
    await fill(set, "a1", "r2", "r3");

    await stage.dashboard.post(path, { "key[]": `${SCORE}-a1`, reschedule: "1", at: `${SOON}` });
    expect(await now(set)).toEqual([`a1 default ${SOON}`, "r2 default", "r3 default"]);

    const asked = await stage.dashboard.get(`${path}/all/reschedule?q=class:RareJob`);
    await stage.dashboard.post(`${path}/all/reschedule`, { ...fieldsOf(asked.text), at: "2090-01-01 00:00" });
    await eventually(async () =>
      expect(await now(set)).toEqual([`a1 default ${SOON}`, `r2 default ${SOON}`, `r3 default ${SOON}`]),
    );

    const answer = await stage.dashboard.post(`${path}/${SOON}-a1`, { reschedule: "1", at: `${SOON + 5}` });
    expect(answer.location).toBe(`${path}/${SOON + 5}-a1`);
  });

  test("a time that is none is refused in the form, with what was typed in it", async () => {
    await fill(set, "a1", "b2");
    const { as_of = [], id = [] } = fieldsOf((await stage.dashboard.get(`${path}/all/reschedule`)).text);

    for (const [at, said] of [
      ["tomorrow", "tomorrow is no time. Write"],
      ["2001-01-01", "2001-01-01 is past."],
      ["", "say when they shall run"],
    ] as const) {
      const some = await stage.dashboard.post(path, {
        "key[]": [`${SCORE}-a1`],
        reschedule: "1",
        at,
        reason: "bank",
      });
      const all = await stage.dashboard.post(`${path}/all/reschedule`, {
        as_of,
        id,
        expected: "2",
        at,
        reason: "bank",
      });

      for (const page of [some, all]) {
        expect(page.status).toBe(422);
        expect(page.text).toMatch(new RegExp(`role="alert"[^]*${said}`));
        expect(page.text).toContain(`name="at" list="targets" value="${at}" required`);
        expect(page.text).toContain('aria-invalid="true" aria-describedby="problem target-note"');
        expect(page.text).toContain('maxlength="300" value="bank"');
      }
      expect(fieldsOf(some.text)["key[]"]).toEqual([`${SCORE}-a1`]);
    }
    expect(await now(set)).toEqual(["a1 default", "b2 default"]);
  });
});

describe("jobs of a queue that are ticked", () => {
  test("go to another one after a question, and one is deleted by its row after another", async () => {
    await stage.redis.sadd("queues", "default");
    await stage.redis.lpush("queue:default", text("a1"), text("b2"), text("c3"));

    const page = await stage.dashboard.get("/queues/default");
    const asked = await stage.dashboard.post("/queues/default/move", { "key[]": ["a1", "c3"], move: "1" });
    await stage.dashboard.post("/queues/default/move", { ...fieldsOf(asked.text), to: "low" });
    const question = await stage.dashboard.get("/queues/default/delete?key=b2");
    await stage.dashboard.post("/queues/default/delete", fieldsOf(question.text));

    expect(page.text).toContain('formaction="/queues/default/move"');
    expect(page.text).toMatch(
      /href="\/queues\/default\/delete\?key=b2" data-dialog aria-label="Delete: HardJob b2"/,
    );
    expect(asked.text).toContain("Move 2 jobs to another queue?");
    expect((await stage.redis.lrange("queue:low", 0, -1)).join()).toMatch(/"c3".*"a1"|"a1".*"c3"/);
    expect(await stage.redis.llen("queue:default")).toBe(0);
  });
});

describe("a row", () => {
  test("has what can be done to its job, named by it, and a time by the clock", async () => {
    await fill("retry", "a1");

    const { text: page } = await stage.dashboard.get("/retries");
    await stage.dashboard.post(`/retries/${SCORE}-a1`, {
      retry: "1",
      "key[]": "something-else-that-is-ticked",
    });

    expect(page).toContain(
      `name="retry" value="1" formaction="/retries/${SCORE}-a1" aria-label="Retry: HardJob ${SCORE}-a1"`,
    );
    expect(page).toContain(
      `href="/retries/${SCORE}-a1/delete" data-dialog aria-label="Delete: HardJob ${SCORE}-a1"`,
    );
    expect(page).toMatch(
      /<time datetime="2023-11-14T22:13:20Z"[^>]*>.*?<small class="abs">2023-11-14 22:13 UTC</,
    );
    expect(await stage.redis.llen("queue:default")).toBe(1);
  });
});

describe("who may not", () => {
  test("neither moves nor reschedules: by the role, by authorize for where it would go, and nothing is done", async () => {
    await fill("retry", "a1");
    const viewer = await stage.serve({
      auth: () => ({ name: "ana", role: "viewer" }),
    });
    const operator = await stage.serve({
      auth: () => ({ name: "mira", role: "operator" }),
      authorize: (_, action, { queue }) => action === "look" || queue !== "payments",
    });
    const form = { "key[]": `${SCORE}-a1` };
    for (const [path, more] of [
      ["/retries", { ...form, move: "1" }],
      ["/retries", { ...form, move: "1", to: "low" }],
      ["/retries/all/move", { q: "", as_of: `${Date.now()}`, to: "low" }],
      ["/retries/all/reschedule", { q: "", as_of: `${Date.now()}`, at: "+1h" }],
      ["/queues/default/move", { "key[]": "a1", to: "low" }],
    ] as const) {
      expect([path, (await viewer.post(path, more)).status]).toEqual([path, 403]);
    }
    expect((await operator.post("/retries", { ...form, move: "1", to: "payments" })).status).toBe(403);
    const all = { q: "", as_of: `${Date.now()}`, to: "payments" };
    expect((await operator.post("/retries/all/move", all)).status).toBe(403);
    expect(
      (await operator.post(`/retries/${SCORE}-a1/edit`, { args: "[1]", queue: "payments" })).status,
    ).toBe(403);
    expect(await now("retry")).toEqual(["a1 default"]);
    expect((await operator.post("/retries", { ...form, move: "1", to: "low" })).status).toBe(302);
    expect(await now("retry")).toEqual(["a1 low"]);
    const { text: audit } = await operator.get("/audit");
    expect(audit).toContain("Named another queue");
  });
});
