/** What an error carries beside its message never reaches the log of `tsq work`. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { payloadText, pushTexts } from "../support/payload-text.ts";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";
import { application, startTsqCommand } from "../support/tsq-command.ts";

const SECRET = "swordfish";

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

test("it tells no more of an error that a job logs, forgets, or throws where nobody catches it", async () => {
  const cwd = application({
    "jobs.mjs": `
import { defineJob } from "tsq";
const refused = () => Object.assign(new Error("refused"), { config: { password: "${SECRET}" } });
export const log = defineJob("LogJob", (job) => {
  job.logger.error({ err: refused() }, "by err");
  job.logger.error({ error: refused(), reason: "as it is" }, "by error");
  job.logger.error(refused());
});
export const stray = defineJob("StrayJob", () => { Promise.reject(refused()); });
export const crash = defineJob("CrashJob", () => { setImmediate(() => { throw refused(); }); });
`,
  });
  const command = startTsqCommand(["work", "-t", "0.5"], { cwd, env: { REDIS_URL: server.url } });
  await command.logged(/^Ready/);

  for (const name of ["LogJob", "StrayJob", "CrashJob"])
    await pushTexts(server.client(), [payloadText({ class: name })]);
  await command.ended;

  for (const message of ["by err", "refused", "Unhandled rejection"])
    expect(await command.logged(message)).toMatchObject({ err: { type: "Error", message: "refused" } });
  expect(await command.logged("by error")).toMatchObject({
    error: { type: "Error", message: "refused" },
    reason: "as it is",
  });
  expect(await command.logged(/^Uncaught exception/)).toMatchObject({ err: { message: "refused" } });
  expect(command.output()).not.toContain(SECRET);
});
