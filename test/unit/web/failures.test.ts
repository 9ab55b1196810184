/** What a request that failed is answered, and what the log is told of it. */
import { ClaimUnknownError, RedisUnusableError } from "tsq";
import { pino } from "pino";
import { createWeb } from "tsq/web";
import { expect, test } from "vitest";

/** A dashboard that asks somebody else who one is, and fails at that; and its log. */
const failing = (error: Error) => {
  const lines: string[] = [];
  const logger = pino({ base: null }, { write: (line) => lines.push(line) });
  const auth = async () => {
    throw error;
  };
  const web = createWeb({ auth, logger });
  return { ask: () => web(new Request("http://tsq.internal/retries?q=secret-word")), lines };
};

test("Redis is not blamed for a server that `auth` cannot reach", async () => {
  const refused = Object.assign(new Error("connect ECONNREFUSED 10.0.0.5:5432"), {
    code: "ECONNREFUSED",
    syscall: "connect",
  });
  const { ask, lines } = failing(refused);

  const answer = await ask();

  expect(answer.status).toBe(500);
  expect(await answer.text()).not.toContain("Redis");
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    expect.objectContaining({
      level: 50,
      msg: "A page of the dashboard failed",
      method: "GET",
      path: "/retries",
      err: expect.objectContaining({ message: refused.message, code: "ECONNREFUSED" }),
    }),
  ]);
});

test("the log is told nothing that hangs on an error, and no words of a filter", async () => {
  const refused = Object.assign(new Error("OOM command not allowed"), {
    name: "ReplyError",
    command: { name: "evalsha", args: [Buffer.from("secret"), "secret payload"] },
  });
  const { ask, lines } = failing(refused);

  expect((await ask()).status).toBe(503);

  expect(lines).toHaveLength(1);
  expect(lines.join()).toContain("OOM command not allowed");
  expect(lines.join()).not.toMatch(/secret|"command"|115,101/);
});

test("of an answer that was lost it is said that nobody knows whether it was done", async () => {
  const { ask, lines } = failing(new ClaimUnknownError());

  const answer = await ask();

  expect(answer.status).toBe(503);
  expect(await answer.text()).toContain("that may have been done or not");
  expect(lines.join()).toContain("TSQ_CLAIM_UNKNOWN");
});

test("of a Redis that does not answer the connection tells the log, and no request once more", async () => {
  const unreachable = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
  const away = failing(new RedisUnusableError("Cannot reach Redis at …", { cause: unreachable }));
  const refusal = Object.assign(new Error("NOPERM"), { name: "ReplyError" });
  const refused = failing(new RedisUnusableError("Redis refuses …", { cause: refusal }));

  const answers = [await away.ask(), await refused.ask()];

  expect(answers.map(({ status }) => status)).toEqual([503, 503]);
  expect([away.lines.length, refused.lines.length]).toEqual([0, 1]);
});
