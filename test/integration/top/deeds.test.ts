/** What the keys of `tsq top` ask and do when lists have changed since they were read. */
import { ApiConnection } from "@tsq/core/api";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { setRedis } from "../../support/empty-redis.ts";
import { fail, jidOf, payloadOf } from "../../support/failed-jobs.ts";
import { deedOf, FindingsKept, firstState, listOf, Pace, readPlace } from "../../support/inside-tsq.ts";
import type { Place, Row } from "../../support/inside-tsq.ts";
import { heartbeat } from "../../support/terminal-redis.ts";

const stage = setRedis();
const RETRIES: Place = { tab: "retries" };
let api: ApiConnection;
let written: object[];

beforeEach(() => {
  api = new ApiConnection({ redis: stage.server.client() });
  written = [];
});
afterEach(() => api.close());

const work = { signal: new AbortController().signal, tell: () => {} };
const hands = () => ({
  api,
  problemOf: (error: unknown) => (error as Error).message,
  write: async (done: object) => void written.push(done),
});

const pictureOf = async (place: Place, from = 0) => {
  const kept = { pace: new Pace(), findings: new FindingsKept() };
  return (await readPlace(api, kept, place, { ...listOf(firstState()), from }, 14)).picture;
};
const rowsOf = async (place: Place) => (await pictureOf(place)).rows;

const asked = (verb: Parameters<typeof deedOf>[1], rows: readonly Row[] | "all", place = RETRIES) =>
  deedOf(hands(), verb, rows, { place, filter: "" }, work);

/** What is asked, and what is said when somebody says yes. */
const done = async (verb: Parameters<typeof deedOf>[1], rows: readonly Row[] | "all", place = RETRIES) => {
  const deed = await asked(verb, rows, place);
  if ("said" in deed) return { asks: "", said: deed.said };
  const asks = "question" in deed ? [deed.question, ...deed.about].join("\n") : "";
  return { asks, said: await deed.begin(work) };
};

const jobs = (count: number) => Array.from({ length: count }, (_, i) => ({ jid: jidOf(i) }));

describe("jobs that were picked", () => {
  test("of which one is left are not named by one that has gone", async () => {
    await fail(stage.redis, jobs(2));
    const rows = await rowsOf(RETRIES);
    await stage.redis.zpopmin("retry");

    const { asks } = await done("delete", rows);

    expect(asks).toContain("Delete 1 job?");
    expect(asks).not.toContain(jidOf(0));
    expect(asks).toContain("1 of 2 picked: somebody else has moved them, or they have gone on.");
  });

  test("are named in the audit trail, more than a filter can name too", async () => {
    await fail(stage.redis, jobs(60));
    const first = await rowsOf(RETRIES);
    const rows = [14, 28, 42, 56].map((from) => pictureOf(RETRIES, from));
    const all = [...first, ...(await Promise.all(rows)).flatMap((picture) => picture.rows)];

    expect(await done("delete", all)).toMatchObject({ said: "60 jobs were deleted." });
    expect(written).toMatchObject([
      { count: 60, note: expect.stringMatching(/^60 picked: \S+-0{24}, .*…$/) },
    ]);
  });

  test("are deleted with an empty jid too", async () => {
    await fail(stage.redis, [{ jid: "" }, ...jobs(1)]);
    const [row] = await rowsOf(RETRIES);

    expect(await done("delete", row ? [row] : [])).toMatchObject({ said: "1 job was deleted." });
    expect(await stage.redis.zrange("retry", 0, "-1")).toEqual([expect.stringContaining(jidOf(0))]);
  });

  test("that have gone cannot be cancelled, and leave no mark", async () => {
    await fail(stage.redis, jobs(2));
    const rows = await rowsOf(RETRIES);
    await stage.redis.zpopmin("retry");

    const { asks, said } = await done("cancel", rows);
    expect(asks).toContain("Cancel 1 job?");
    expect(asks).toContain(jidOf(1));
    expect(said).toBe("1 job is wanted by nobody any more.");
    expect(await stage.redis.keys("it-*")).toEqual([`it-${jidOf(1)}`]);

    await stage.redis.del("retry");
    expect(await done("cancel", rows)).toMatchObject({
      said: "Nothing was done: somebody else has moved them, or they have gone on.",
    });
  });
});

describe("a cancel", () => {
  test("of all leaves out what has no jid, and stands in the audit trail with its list", async () => {
    await fail(stage.redis, [...jobs(2), { jid: "" }]);

    expect(await done("cancel", "all")).toMatchObject({ said: "2 jobs are wanted by nobody any more." });
    expect(written).toMatchObject([{ action: "job.cancel", count: 2, note: "in retry" }]);
  });

  test("of several that were picked stands there with their jids", async () => {
    await fail(stage.redis, jobs(2));

    await done("cancel", await rowsOf(RETRIES));
    expect(written).toMatchObject([{ count: 2, note: `2 picked: ${jidOf(0)}, ${jidOf(1)}` }]);
  });

  test("that breaks off says how many were cancelled", async () => {
    await fail(stage.redis, jobs(3));
    const deed = await asked("cancel", "all");
    await stage.redis.set(`it-${jidOf(1)}`, "no hash");

    if (!("begin" in deed)) throw new Error("it asks nothing");
    await expect(deed.begin(work)).rejects.toThrow(/^At least 1 of 3 jobs was cancelled, and then: /);
    expect(written).toMatchObject([{ count: 1 }]);
  });
});

describe("queues", () => {
  const QUEUES: Place = { tab: "queues" };
  const push = async (...names: readonly string[]): Promise<void> => {
    await stage.redis.sadd("queues", ...names);
    for (const queue of names) await stage.redis.lpush(`queue:${queue}`, payloadOf({ jid: jidOf(1), queue }));
  };

  test("of which some are paused are all paused, once one has said yes, and none is resumed", async () => {
    await push("a", "b", "c");
    await stage.redis.sadd("paused", "b");

    const { asks } = await done("pause", await rowsOf(QUEUES), QUEUES);
    expect(asks).toBe("Pause 2 queues?\n  a, c\n1 paused already: left as they are.");
    expect((await stage.redis.smembers("paused")).toSorted()).toEqual(["a", "b", "c"]);

    const { asks: again } = await done("pause", await rowsOf(QUEUES), QUEUES);
    expect(again).toContain("Resume 3 queues?");
    expect(await stage.redis.smembers("paused")).toEqual([]);
  });

  test("that somebody else has paused meanwhile are asked about", async () => {
    await push("a");
    const rows = await rowsOf(QUEUES);
    await stage.redis.sadd("paused", "a");

    expect((await done("pause", rows, QUEUES)).asks).toBe(
      "Resume a?\nSomebody else has paused it meanwhile.",
    );
  });

  test("one alone is paused and resumed at once", async () => {
    await push("a");

    expect(await done("pause", await rowsOf(QUEUES), QUEUES)).toEqual({
      asks: "",
      said: "a is paused: p ends it.",
    });
    expect(await done("pause", await rowsOf(QUEUES), QUEUES)).toEqual({ asks: "", said: "a is resumed." });
  });

  test("are cleared of no more than the question has named", async () => {
    await push("a");
    const deed = await asked("clear", await rowsOf(QUEUES), QUEUES);
    if (!("begin" in deed)) throw new Error("it asks nothing");
    await stage.redis.lpush("queue:a", "newer", "newest");

    expect(await deed.begin(work)).toBe("1 job of a was deleted. 2 have come since, and stay.");
    expect(await stage.redis.lrange("queue:a", 0, "-1")).toEqual(["newest", "newer"]);
    expect(written).toEqual([{ action: "queue.clear", subject: "a", count: 1 }]);
  });

  test("that are cleared say so also where Redis does not tell any more how many have come", async () => {
    await push("a");
    const write = async (): Promise<void> => void (await stage.redis.set("queue:a", "no list"));
    const where = { place: QUEUES, filter: "" };
    const deed = await deedOf({ ...hands(), write }, "clear", await rowsOf(QUEUES), where, work);
    if (!("begin" in deed)) throw new Error("it asks nothing");

    expect(await deed.begin(work)).toBe("1 job of a was deleted.");
  });

  test("that are paused say so also where Redis does not tell any more whether Ruby serves them", async () => {
    await push("a", "b");
    const write = async (): Promise<void> => void (await stage.redis.set("processes", "no set"));
    const where = { place: QUEUES, filter: "" };
    const deed = await deedOf({ ...hands(), write }, "pause", await rowsOf(QUEUES), where, work);
    if (!("begin" in deed)) throw new Error("it asks nothing");

    expect(await deed.begin(work)).toBe(
      ["a", "b"]
        .map(
          (name) =>
            `${name} is paused: p ends it. Redis does not say whether Ruby takes jobs from it as well.`,
        )
        .join(" "),
    );
    expect((await stage.redis.smembers("paused")).toSorted()).toEqual(["a", "b"]);
  });

  test("a pause that breaks off says which were paused", async () => {
    await push("a", "b");
    const write = async (): Promise<void> =>
      void (await stage.redis.multi().del("paused").set("paused", "no set").exec());
    const where = { place: QUEUES, filter: "" };
    const deed = await deedOf({ ...hands(), write }, "pause", await rowsOf(QUEUES), where, work);
    if (!("begin" in deed)) throw new Error("it asks nothing");

    await expect(deed.begin(work)).rejects.toThrow(/^At least 1 of 2 queues was paused \(a\), and then: /);
  });
});

describe("processes", () => {
  const BUSY: Place = { tab: "busy" };

  test("that have ended are not told, and no trace says so", async () => {
    for (const name of ["web-1:1:a", "web-2:1:b"]) await heartbeat(stage.redis, name, ["q"], "tsq 0.1.0");
    const rows = await rowsOf(BUSY);
    await stage.redis.multi().srem("processes", "web-1:1:a").del("web-1:1:a").exec();

    const { asks, said } = await done("stop", rows, BUSY);
    expect(asks).toContain("Stop web-2:1:b?");
    expect(asks).toContain("1 process of 2 has ended.");
    expect(said).toContain("Told web-2:1:b");
    expect(written).toMatchObject([{ subject: "web-2:1:b" }]);

    await stage.redis.del("processes", "web-2:1:b");
    expect(await done("stop", rows, BUSY)).toMatchObject({ said: "Nothing was done: they have ended." });
  });

  test("of which several are told stand in the audit trail together, by their names", async () => {
    for (const name of ["a:1:x", "b:1:x", "c:1:x"]) await heartbeat(stage.redis, name, ["q"], "tsq 0.1.0");
    const rows = await rowsOf(BUSY);

    expect(await done("quiet", rows.slice(0, 2), BUSY)).toMatchObject({
      said: "Told 2 processes: it is heard at the next heartbeat, within ten seconds.",
    });
    expect(written).toEqual([
      {
        action: "process.quiet",
        subject: "2 processes",
        count: 2,
        outcome: "done",
        note: "2 picked: a:1:x, b:1:x",
      },
    ]);
  });

  test("are told no more once somebody ends it, and it says how many were", async () => {
    for (const name of ["a:1:x", "b:1:x"]) await heartbeat(stage.redis, name, ["q"], "tsq 0.1.0");
    const deed = await asked("stop", await rowsOf(BUSY), BUSY);
    if (!("begin" in deed)) throw new Error("it asks nothing");
    const stop = new AbortController();
    const tell = (done: number): void => void (done === 0 && setImmediate(() => stop.abort()));

    await expect(deed.begin({ signal: stop.signal, tell })).rejects.toThrow("Stopped after 1 of 2.");
    expect(written).toMatchObject([{ subject: "a:1:x", count: 1, outcome: "done", note: "ended early" }]);
  });
});

describe("a page beyond the end of its list", () => {
  test("is the last one there is", async () => {
    await fail(stage.redis, jobs(28));
    const picture = await pictureOf(RETRIES, 28);

    expect([picture.from, picture.rows.length, picture.total]).toEqual([14, 14, 28]);
  });

  test("of a list that is empty is its first", async () => {
    expect(await pictureOf(RETRIES, 28)).toMatchObject({ from: 0, total: 0 });
  });
});

test("a job that a filter has found on a queue says no number, and none is said of now", async () => {
  await stage.redis.lpush("queue:low", payloadOf({ jid: jidOf(1), queue: "low" }));
  await stage.redis.sadd("queues", "low");
  const [row] = await rowsOf({ tab: "queues", queue: "low" });
  if (row?.target.kind !== "job" || row.target.at.place !== "queue") throw new Error("no job");
  const { at } = row.target;

  const where = async (ahead: number) =>
    (await pictureOf({ tab: "queues", queue: "low", job: { ...at, ahead } })).facts?.find(
      ([label]) => label === "Where",
    )?.[1];
  expect(await where(4)).toBe("on its queue, 4 before it, when it was opened");
  expect(await where(Number.NaN)).toBe("on its queue, when it was opened");
});
