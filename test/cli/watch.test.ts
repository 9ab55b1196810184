/** Looking again and again. */
import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { startTsqCommand } from "../support/tsq-command.ts";

const shell = setShell();
const { env } = shell;

describe("--watch", () => {
  test("reads again and again until Ctrl-C, into a pipe one picture below the other", async () => {
    const command = startTsqCommand(["retries", "--watch", "0.1"], { env: env() });
    await eventually(() =>
      expect(command.output()).toMatch(/none in the retry set[^]*none in the retry set/),
    );

    await fail(shell.redis, [{ jid: jidOf(9) }]);

    await eventually(() => expect(command.output()).toContain(jidOf(9)));
    expect(command.output()).toMatch(/^Every 100 ms, \S+ \S+ UTC; Ctrl-C ends it\.\n/);
    command.signal("SIGINT");
    await command.ended;
  });

  test("with --jsonl is a line for each, each time", async () => {
    const command = startTsqCommand(["stats", "--jsonl", "--watch", "0.1"], { env: env() });

    await eventually(() => expect(command.output().split("\n").length).toBeGreaterThan(3));

    expect(JSON.parse(command.output().split("\n")[1] ?? "")).toMatchObject({ retries: 0 });
    command.signal("SIGINT");
    await command.ended;
  });
});
