/** What is said, and waited for, when somebody ends a deed of `tsq top` that has begun. */
import { ApiConnection } from "@tsq/core/api";
import { beforeEach, expect, test } from "vitest";
import { setRedis } from "../../support/empty-redis.ts";
import { eventually } from "../../support/eventually.ts";
import { gate } from "../../support/gate.ts";
import { DeedsAtWork, FindingsKept, firstState, listOf, Pace, readPlace } from "../../support/inside-tsq.ts";
import type { Place, TopState } from "../../support/inside-tsq.ts";

const stage = setRedis();
const QUEUES: Place = { tab: "queues" };

let api: ApiConnection;
let state: TopState;
let deeds: DeedsAtWork;
let isAsked: boolean;
let answer: () => void;

/** Redis answers SADD late, and by then the connection is gone. */
beforeEach(async () => {
  const redis = stage.server.client();
  api = new ApiConnection({ redis });
  state = firstState(QUEUES);
  isAsked = false;
  const { opened, open } = gate();
  answer = open;
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, ...more) => {
    const reply = send(command, ...more);
    if (command.name !== "sadd") return reply;
    isAsked = true;
    return opened.then(() => Promise.reject(new Error("Connection is closed.")));
  };
  deeds = new DeedsAtWork({
    api,
    url: stage.server.url,
    goals: {},
    state: () => state,
    become: (next) => void (state = next),
    read: () => {},
    fail: (error) => {
      throw error;
    },
  });
  await stage.redis.lpush("queue:low", "{}");
  await stage.redis.sadd("queues", "low");
  return () => api.close();
});

const pauses = async (): Promise<void> => {
  const kept = { pace: new Pace(), findings: new FindingsKept() };
  const { picture } = await readPlace(api, kept, QUEUES, listOf(firstState()), 14);
  deeds.ask("pause", picture.rows);
  await eventually(() => expect(isAsked).toBe(true));
};

test("a pause whose answer was lost behind Esc is not said to be none", async () => {
  await pauses();

  deeds.stop();
  answer();

  await eventually(() => expect(state.dialog?.kind).not.toBe("work"));
  expect(JSON.stringify([state.dialog, state.said])).toContain("Cannot reach Redis");
  expect(JSON.stringify(state)).not.toContain("Nothing was done.");
});

test("a pause that is under way at a hang-up is waited for, with what is written of it", async () => {
  await pauses();

  const isWaitedFor = deeds.finish();
  answer();
  await isWaitedFor;

  expect(isWaitedFor).toBeDefined();
  const trail = await stage.redis.xrevrange("tsq:audit", "+", "-");
  expect(trail.map(([, fields]) => fields.join(" ")).join("\n")).toContain("queue.pause");
});
