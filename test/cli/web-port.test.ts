/** Where `tsq web` listens. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tsq } from "../support/tsq-command.ts";

let server: TestRedis;
beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** Takes a port of loopback, or a free one. */
const taken = async (port = 0): Promise<number> => {
  const other = createServer().listen(port, "127.0.0.1");
  onTestFinished(() => void other.close());
  await once(other, "listening");
  return (other.address() as AddressInfo).port;
};

test("tsq web says of a port that is taken, or none, what to do", async () => {
  const port = await taken();

  const other = await tsq(["web", "--port", String(port), "--redis", server.url]);
  expect(other).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^tsq: Expected port \d+ [^\n]* --port\.\n$/),
  });
  const none = await tsq(["web", "--port", "http", "--redis", server.url]);
  expect(none).toMatchObject({ code: 1, stderr: expect.stringMatching(/^tsq: Expected --port [^\n]*\n$/) });
});

test("tsq web listens on 4567 where nobody says otherwise", async () => {
  // Whoever else has it takes it as well.
  await taken(4_567).catch(() => {});

  const { code, stderr } = await tsq(["web", "--redis", server.url]);

  expect(code).toBe(1);
  expect(stderr).toMatch(/^tsq: Expected port 4567 /);
});
