/** `C` of `tsq top` on what runs, when that is no more by then. */
import { ApiConnection } from "@tsq/core/api";
import { expect, onTestFinished, test } from "vitest";
import { setRedis } from "../../support/empty-redis.ts";
import { jidOf, payloadOf } from "../../support/failed-jobs.ts";
import { holdsOnly, tellsRuns } from "../../support/held-runs.ts";
import { deedOf, FindingsKept, firstState, listOf, Pace, readPlace } from "../../support/inside-tsq.ts";
import type { Place } from "../../support/inside-tsq.ts";
import { heartbeat } from "../../support/terminal-redis.ts";

const stage = setRedis();
const WEB = "web-1:1:a";
const place: Place = { tab: "busy" };
const work = { signal: new AbortController().signal, tell: () => {} };

test("a run that its process has let go of since its heartbeat is left alone, without a mark", async () => {
  const api = new ApiConnection({ redis: stage.server.client() });
  onTestFinished(() => api.close());
  const runs = [1, 2].map((n) => payloadOf({ jid: jidOf(n) }));
  await heartbeat(stage.redis, WEB, ["default"], "tsq 0.1.0");
  await tellsRuns(stage.redis, WEB, runs);
  await holdsOnly(stage.redis, WEB, ...runs.slice(1));
  const kept = { pace: new Pace(), findings: new FindingsKept() };
  const { picture } = await readPlace(api, kept, place, { ...listOf(firstState()), from: 0 }, 14);
  const rows = picture.rows.filter(({ target }) => target?.kind === "job");
  const hands = { api, problemOf: String, write: async () => {} };

  const deed = await deedOf(hands, "cancel", rows, { place, filter: "" }, work);

  if (!("question" in deed)) throw new Error("it asks nothing");
  expect([deed.question, ...deed.about]).toEqual([
    "Cancel 1 job?",
    `  HardJob ${jidOf(2)}`,
    "  1 running",
    expect.stringContaining("tsq starts them no more"),
    "1 of 2 picked: somebody else has moved them, or they have gone on.",
  ]);
  expect(await deed.begin(work)).toBe("1 job is wanted by nobody any more.");
  expect(await stage.redis.keys("it-*")).toEqual([`it-${jidOf(2)}`]);
});
