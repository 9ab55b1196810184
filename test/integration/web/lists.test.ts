/** The lists of the dashboard: narrowed by the words of a filter, counted, and read on from any place. */
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/eventually.ts";
import { setDashboard } from "../../support/web-stage.ts";

const stage = setDashboard();

const SCORE = 1_700_000_000;
const payload = (jid: string, more: object = {}) =>
  JSON.stringify({ class: "HardJob", args: [1], jid, queue: "default", created_at: 1, ...more });
const fill = async (set: string, count: number, more: (i: number) => object = () => ({})) => {
  for (let from = 0; from < count; from += 1_000) {
    const some = Array.from({ length: Math.min(1_000, count - from) }, (_, i) => from + i);
    await stage.redis.zadd(set, ...some.flatMap((i) => [SCORE + i, payload(`j${i}`, more(i))]));
  }
};
/** The jids of the rows, in their order. */
const rows = (text: string): readonly string[] =>
  [...text.matchAll(/name="key\[\]" value="(?:[\d.]+-)?([^"]+)"/g)].map(([, jid = ""]) => jid);
/** A page once its classes, queues and errors are counted, which takes a while on a busy machine. */
const counted = async (path: string) => {
  let seen = await stage.dashboard.get(path);
  await eventually(async () => {
    seen = await stage.dashboard.get(path);
    expect(seen.text).not.toContain("are being counted");
  });
  return seen;
};
/** Where a link of the page leads. */
const linkOf = (text: string, word: string): string =>
  (new RegExp(`href="([^"]+)"[^>]*>${word}</a>`).exec(text)?.[1] ?? "").replaceAll("&amp;", "&");

test("the heading of Queues counts one queue as no more than one", async () => {
  await stage.redis.multi().sadd("queues", "low").lpush("queue:low", payload("a1"), payload("b2")).exec();

  const alone = (await stage.dashboard.get("/queues")).text;
  await stage.redis.sadd("queues", "high");

  expect(alone).toContain("2 jobs wait in 1 queue</h1>");
  expect(alone).not.toContain("1 queues");
  // What was read is kept for a moment.
  await eventually(async () =>
    expect((await stage.dashboard.get("/queues")).text).toContain("2 jobs wait in 2 queues"),
  );
});

describe.each([
  ["/retries", "retry"],
  ["/scheduled", "schedule"],
  ["/morgue", "dead"],
])("%s", (path, set) => {
  test("shows what the words of a filter mean, and nothing else", async () => {
    const other = { class: "Net::OtherJob", queue: "low", tags: ["import"], args: ["ada"] };
    await stage.redis.zadd(set, SCORE, payload("a1"), SCORE + 1, payload("b2", other));

    for (const word of ["class:Net::*", "queue:low", "tag:import", "jid:b2", "ada", "-class:HardJob"]) {
      const { text } = await counted(`${path}?q=${encodeURIComponent(word)}`);

      expect([word, rows(text)]).toEqual([word, ["b2"]]);
      expect(text).toContain("<h1>1 job matches</h1>");
    }
  });

  test("has each word of the filter as a badge that leads to the list without it", async () => {
    await fill(set, 3);

    const { text } = await stage.dashboard.get(`${path}?q=class%3AHardJob+queue%3Adefault`);

    expect(text).toMatch(/href="[^"]*\?q=queue%3Adefault" aria-label="Remove filter class:HardJob"/);
    expect(text).toContain(`<a class="link" href="${path}">`);
  });

  test("says what cannot be read of a filter, and shows the list", async () => {
    await fill(set, 3);

    const { status, text } = await stage.dashboard.get(`${path}?q=klass:HardJob`);

    expect(status).toBe(200);
    expect(text).toMatch(/role="alert".*`class`/s);
    expect(text).toContain('value="klass:HardJob"');
    expect(rows(text)).toHaveLength(3);
  });

  test("counts classes and queues, each a link that narrows the list", async () => {
    await fill(set, 10, (i) => ({ queue: i < 7 ? "low" : "high" }));

    const { text } = await counted(path);

    expect(text).toMatch(
      /href="[^"]*\?q=queue%3Alow" title="70 %"><b><bdi>low<\/bdi><\/b><span class="n">7</,
    );
  });

  test("leads from page to page, each entry once, while others come and go", async () => {
    await fill(set, 60);
    const seen: string[] = [];

    let link = path;
    for (let page = 0; link !== ""; page++) {
      const { text } = await stage.dashboard.get(link);
      seen.push(...rows(text));
      await stage.redis.zadd(
        set,
        SCORE - 1 - page,
        payload(`early${page}`),
        SCORE + 900 + page,
        payload(`late${page}`),
      );
      const next = linkOf(text, "Next");
      // One comes back the way that one has gone.
      if (next === "")
        expect(rows((await stage.dashboard.get(linkOf(text, "Previous"))).text)).toContain(seen[26]);
      link = next;
    }

    const own = seen.filter((jid) => jid.startsWith("j"));
    expect(own).toHaveLength(60);
    expect(new Set(own).size).toBe(60);
  });

  test("begins anew where an address was cut off", async () => {
    await fill(set, 3);

    expect(rows((await stage.dashboard.get(`${path}?after=17~`)).text)).toHaveLength(3);
  });

  test("reads on where it has looked at enough and found too few", async () => {
    // At either end: one that has found nothing yet reads on by itself.
    await fill(set, 21_000, (i) => (i === 0 || i === 20_999 ? { class: "RareJob" } : {}));
    const found: string[] = [];

    let link = `${path}?q=class:RareJob`;
    let looked = 0;
    for (; link !== ""; looked++) {
      const { text } = await stage.dashboard.get(link);
      found.push(...rows(text));
      link = linkOf(text, "Read on");
    }

    expect(found.toSorted()).toEqual(["j0", "j20999"]);
    expect(looked).toBeGreaterThan(1);
  });

  test("takes no command of Redis that grows with the set", async () => {
    await fill(set, 3_000, (i) => ({ class: `Job${i % 5}` }));
    await stage.redis.config("RESETSTAT");

    await stage.dashboard.get(path);
    await stage.dashboard.get(`${path}?q=class:Job3`);

    const commands = await stage.redis.info("commandstats");
    for (const slow of ["zscan", "evalsha", "keys", "zrangebyscore"]) {
      expect([slow, commands.includes(`cmdstat_${slow}:`)]).toEqual([slow, false]);
    }
  });
});

describe("a filter", () => {
  test("is shown over time as well, and so is a text; what was not counted is told", async () => {
    const now = Date.now() / 1_000;
    const due = (jid: string, minutes: number, name: string) =>
      stage.redis.zadd("retry", now + minutes * 60, payload(jid, { class: name }));
    await Promise.all([due("a1", 10, "RareJob"), due("b2", 10, "RareJob"), due("c3", 5_000, "HardJob")]);

    const { text } = await counted("/retries?q=class:RareJob");
    const { text: found } = await stage.dashboard.get("/retries?substr=RareJob");

    for (const page of [text, found]) {
      expect(page).toMatch(/id="chart".*Next tries 2<\/title>/s);
      expect(page).toContain('"Next tries. a column is 1 min"');
    }
    await fill("dead", 10_100);
    expect((await counted("/morgue?q=class:HardJob")).text).toMatch(/counted on 10,000 of 10,100 ·/);
  });
});

describe("a storm of retries", () => {
  test("has those that are due first in its list and beside it", async () => {
    await fill("retry", 10_100, (i) => ({ class: i < 50 ? "FailsNowJob" : "HardJob", queue: "q" }));

    const { text } = await counted("/retries?q=queue:q");

    expect(rows(text)[0]).toBe("j0");
    expect(text).toContain("class%3AFailsNowJob");
    expect(text).toContain("counted on 10,000 of 10,100");
  });

  test("shows what a filter means behind twenty thousand others", async () => {
    await fill("retry", 20_300, (i) => ({ class: i > 20_250 ? "LastJob" : "HardJob" }));

    expect(rows((await stage.dashboard.get("/retries?q=class:LastJob")).text)[0]).toBe("j20251");
  });
});

describe("the dead set", () => {
  test("is shown over time, also where a clock was ahead", async () => {
    const now = Date.now() / 1_000;
    await stage.redis.zadd("dead", now - 60, payload("a1"), now - 60, payload("b2"), now + 90, payload("c3"));

    const { text } = await stage.dashboard.get("/morgue");

    expect(text).toMatch(/<figure class="chart[^>]*id="chart".*Deaths/s);
    expect(text).toMatch(/Deaths 3<\/title>/);
  });

  test("names errors among what it is narrowed by, and shows no argument there", async () => {
    await fill("dead", 4, () => ({ error_class: "Net::ReadTimeout", args: [{ password: "hunter2" }] }));

    const { text } = await counted("/morgue");

    expect(text).toContain("?q=error%3ANet%3A%3AReadTimeout");
    expect(text).not.toContain("hunter2");
  });
});

describe("a queue", () => {
  const push = (count: number, more: (i: number) => object = () => ({})) =>
    Promise.all([
      stage.redis.sadd("queues", "low"),
      stage.redis.rpush("queue:low", ...Array.from({ length: count }, (_, i) => payload(`j${i}`, more(i)))),
    ]);

  test("shows what the words of a filter mean, with what was counted", async () => {
    await push(30, (i) => ({ class: i % 3 === 0 ? "RareJob" : "HardJob", tags: ["import"] }));

    const { text } = await counted("/queues/low?q=class:RareJob");

    expect(rows(text)).toHaveLength(10);
    expect(text).toContain("10 jobs match");
    expect(text).toContain("?q=class%3ARareJob+tag%3Aimport");
  });

  test("reads on from where it has stopped", async () => {
    await push(60);

    const first = await stage.dashboard.get("/queues/low?q=class:HardJob");
    const second = await stage.dashboard.get(linkOf(first.text, "Read on"));

    expect(rows(first.text)).toHaveLength(25);
    expect(rows(second.text)).toHaveLength(25);
    expect(new Set([...rows(first.text), ...rows(second.text)]).size).toBe(50);
  });
});

test("all of a queue can be moved and killed from its page, as what nobody serves has to be", async () => {
  await stage.redis.sadd("queues", "q");
  await stage.redis.lpush("queue:q", JSON.stringify({ class: "A", args: [], jid: "a1", queue: "q" }));

  const whole = (await stage.dashboard.get("/queues/q")).text;
  const some = (await stage.dashboard.get("/queues/q?q=class:A")).text;

  expect(whole).toMatch(/href="\/queues\/q\/all\/move"[^>]*>Move all…/);
  expect(whole).toMatch(/href="\/queues\/q\/all\/kill"[^>]*>Kill all…/);
  // That is what its own button does.
  expect(whole).not.toContain("/queues/q/all/delete");
  expect(some).toContain("/queues/q/all/delete?q=class");
});

test("a search has a column of errors where something has failed, and else none", async () => {
  const job = { class: "A", args: [], jid: "a1", queue: "q" };
  await stage.redis.sadd("queues", "q");
  await stage.redis.lpush("queue:q", JSON.stringify(job));
  const search = async () => (await stage.dashboard.get("/search?q=class:A")).text;

  const waiting = await search();
  await stage.redis.zadd(
    "dead",
    Date.now() / 1_000 - 60,
    JSON.stringify({ ...job, jid: "a2", error_class: "Boom", error_message: "no" }),
  );
  const dead = await search();

  const columns = (text: string) => text.match(/<th[^>]*>Error<\/th>/g)?.length ?? 0;
  expect([columns(waiting), columns(dead)]).toEqual([0, 1]);
});
