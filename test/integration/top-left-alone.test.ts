/** Rows of `tsq top` that are ticked beside others and cannot be done what is asked for: it is said that they are left alone. */
import { ApiConnection, ProcessSet, Queue } from "@tsq/core/api";
import { expect, test } from "vitest";
import { setRedis } from "../support/empty-redis.ts";
import { jidOf, payloadOf } from "../support/failed-jobs.ts";
import { deedOf } from "../support/inside-tsq.ts";
import type { Row } from "../support/inside-tsq.ts";
import { heartbeat } from "../support/terminal-redis.ts";

const stage = setRedis();

const rowOf = (target: Row["target"]): Row => ({ key: "", cells: [], target });

const aboutOf = async (
  api: ApiConnection,
  verb: "stop" | "cancel",
  targets: readonly Row["target"][],
): Promise<readonly string[]> => {
  const hands = { api, problemOf: String, write: async () => {} };
  const work = { signal: new AbortController().signal, tell: () => {} };
  const where = { place: { tab: "busy" }, filter: "" } as const;
  const deed = await deedOf(hands, verb, targets.map(rowOf), where, work);
  return "question" in deed ? [deed.question, ...deed.about] : [];
};

test("a process that runs inside another program, beside one that does not", async () => {
  await using api = new ApiConnection({ redis: stage.server.client() });
  await heartbeat(stage.redis, "web-1:1:a", ["default"], "tsq 0.1.0");
  await heartbeat(stage.redis, "web-2:2:b", ["default"], "tsq 0.1.0");
  const info = JSON.parse((await stage.redis.hget("web-2:2:b", "info")) ?? "{}") as object;
  await stage.redis.hset("web-2:2:b", "info", JSON.stringify({ ...info, embedded: true }));
  const all = await new ProcessSet(api).all();

  const about = await aboutOf(
    api,
    "stop",
    all.map((process) => ({ kind: "process", process })),
  );

  expect(about).toContain("Stop web-1:1:a?");
  expect(about).toContain("1 of 2 left alone: what runs inside another program stops with that.");
});

test("a job without a jid, beside one that has one", async () => {
  await using api = new ApiConnection({ redis: stage.server.client() });
  await stage.redis.lpush("queue:low", payloadOf({ jid: jidOf(1), queue: "low" }), '{"class":"A","args":[]}');
  const { items } = await new Queue("low", api).page();
  const places = items.map((job) => ({ place: "queue", job, ahead: 0 }) as const);

  const about = await aboutOf(
    api,
    "cancel",
    places.map((at) => ({ kind: "job", at })),
  );

  expect(about).toContain("Cancel 1 job?");
  expect(about).toContain("1 of 2 left alone: without a jid.");
});
