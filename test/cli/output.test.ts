import { closeSync, openSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { startTsqCommand, tsq } from "../support/tsq-command.ts";

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

describe.for([[["stats"]], [["stats", "--json"]], [["push", "HardJob"]]] as const)(
  "what tsq %j prints",
  ([args]) => {
    test.skipIf(process.platform !== "linux")("has no room: that is told in one line", async () => {
      const full = openSync("/dev/full", "w");
      onTestFinished(() => closeSync(full));

      const { code, stderr } = await tsq(args, { stdout: full, env: { REDIS_URL: server.url } });

      expect(code).toBe(1);
      expect(stderr).toMatch(/^tsq: Cannot write to standard output: .*ENOSPC.*\n$/);
    });

    test("has no reader: it ends and says nothing", async () => {
      const command = startTsqCommand(args, { env: { REDIS_URL: server.url } });
      command.closeStdout();

      const { code, stderr } = await command.ended;

      expect([code, stderr]).toEqual([0, ""]);
    });
  },
);
