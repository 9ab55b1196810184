/** What the log says of a job that lets nothing happen after its first tick. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { application, startTsqCommand } from "../support/tsq-command.ts";

const JOBS = `
import { defineJob } from "tsq";
export const kill = defineJob("KillJob", () => { process.kill(process.pid, "SIGKILL"); for (;;); });
export const loop = defineJob("LoopJob", () => { for (;;); });
`;

let server: TestRedis;
let redis: Redis;
beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server.stop());

test.each(["in a batch with others", "by a pad"])(
  "a job that kills its process at once, taken %s, has its start in the log, and so have those that came with it",
  async (way) => {
    await redis.flushdb();
    const jids = way === "by a pad" ? ["one"] : ["one", "two", "three"];
    const texts = jids.map((jid) => payloadText({ class: "KillJob", jid }));
    if (way !== "by a pad") await pushTexts(redis, texts);
    const command = startTsqCommand(["work", "--redis", server.url], {
      cwd: application({ "jobs.mjs": JOBS }),
    });
    if (way === "by a pad") {
      await command.logged(/^Ready/);
      await pushTexts(redis, texts);
    }
    await command.ended;

    const starts = command.log().filter(({ msg }) => msg === "start");
    // Five may run at once, and the first call asks for half of them: all three have come together.
    expect(starts.map(({ jid }) => jid).toSorted()).toEqual(jids.toSorted());
  },
);

test("a job that loops at once has its start in the log", async () => {
  await redis.flushdb();
  await pushTexts(redis, [payloadText({ class: "LoopJob", jid: "looping" })]);
  const command = startTsqCommand(["work", "--redis", server.url], {
    cwd: application({ "jobs.mjs": JOBS }),
  });

  expect(await command.logged("start")).toMatchObject({ class: "LoopJob", jid: "looping" });
});
