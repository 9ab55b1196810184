/** The commands that push, mark a deploy or ask for health, given what is hostile, beside processes that are. */
import { beforeEach, expect, test } from "vitest";
import { HOSTILE, OBEYED } from "../support/hostile-text.ts";
import { setShell } from "../support/shell.ts";
import { heartbeat } from "../support/terminal-redis.ts";
import { application, tsq } from "../support/tsq-command.ts";

const shell = setShell();

beforeEach(async () => {
  // It says of itself what it wants: who it is, what it serves, and what it can run.
  await heartbeat(shell.redis, HOSTILE, [HOSTILE], HOSTILE);
  await heartbeat(shell.redis, `${HOSTILE}2`, ["default"], "tsq 0.1.0");
  await shell.redis.hset(`${HOSTILE}2`, "tsq:classes", JSON.stringify([HOSTILE]));
});

test.for([
  ["push", HOSTILE],
  ["push", "AJob", "-q", HOSTILE],
  ["push", "AJob", "-q", `nobody ${HOSTILE}`],
  ["push", "AJob", JSON.stringify([HOSTILE])],
  ["push", "AJob", HOSTILE],
  ["push", "AJob", `["${HOSTILE}"]`],
  ["push", "AJob", JSON.stringify(HOSTILE)],
  ["push", "AJob", "--retry", HOSTILE],
  ["push", "AJob", "--in", HOSTILE],
  ["push", "AJob", "--at", HOSTILE],
  ["push", "AJob", "[1]", "--bulk", HOSTILE],
  ["push", "AJob", HOSTILE, "--bulk", "lines.txt"],
  ["push", "AJob", "--bulk", `no ${HOSTILE}`],
  ["push", "AJob", "--bulk", "lines.txt"],
  ["push", "AJob", "--bulk", "array.json"],
  ["push", HOSTILE, "--bulk", `${HOSTILE}.jsonl`, "-q", HOSTILE],
  ["deploy", HOSTILE],
  ["health"],
  ["health", "--queue", HOSTILE],
  ["health", "--queue", `nobody ${HOSTILE}`],
  ["health", "--here"],
  ["health", "--redis", HOSTILE],
  ["health", "--redis", `redis://${HOSTILE}:1`],
  ["health", `--${HOSTILE}`],
  [HOSTILE],
])("tsq %j prints nothing that a terminal obeys, for people and programs", async (args) => {
  const cwd = application({
    "lines.txt": `[1]\n["${HOSTILE}"]\n`,
    "array.json": JSON.stringify([[1], HOSTILE]),
    [`${HOSTILE}.jsonl`]: `${JSON.stringify([HOSTILE])}\n`,
  });
  for (const form of [[], ["--json"]]) {
    const { stdout, stderr } = await tsq([...args, ...form], { cwd, env: { ...shell.env(), DYNO: HOSTILE } });

    expect(stdout + stderr).not.toBe("");
    expect(stdout + stderr).not.toMatch(OBEYED);
    expect(stdout + stderr).not.toContain("\nsecond line");
  }
});
