/** `tsq top` whose screen is gone: what it writes fails, and no signal has said why. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { trailOf } from "../support/terminal-redis.ts";
import { hasTmux, startTmux, testTmux } from "../support/tmux.ts";
import type { TmuxTerminal } from "../support/tmux.ts";

testTmux("a screen that is gone");

const shell = setShell();

/** It draws on one terminal and hears the keys of another, whose signals are the only ones that it gets. */
const started = async (): Promise<{ readonly screen: TmuxTerminal; readonly keys: TmuxTerminal }> => {
  const open = startTmux({ REDIS_URL: shell.server.url });
  const screen = await open("exec tail -f /dev/null");
  const keys = await open(`$TSQ top --interval 0.2 > ${await screen.tty()}; echo "[ended $?]"; exec cat`);
  await screen.shows("[Home]");
  return { screen, keys };
};

/** Whether whoever runs in it reads keys one by one. */
const isRaw = async (terminal: TmuxTerminal): Promise<boolean> => {
  const { stdout } = await promisify(execFile)("stty", ["-F", await terminal.tty(), "-a"]);
  return stdout.includes("-icanon");
};

describe.skipIf(!hasTmux())("a screen that cannot be drawn on any more", () => {
  test("ends it as a hang-up does, and its keys are those of the shell again", async () => {
    const { screen, keys } = await started();

    await screen.hangUp();

    await keys.shows("[ended 129]");
    expect(await isRaw(keys)).toBe(false);
  });

  test("ends it in the midst of work: what was done by then is in the audit trail, also where the signal comes behind that", async () => {
    await fail(
      shell.redis,
      Array.from({ length: 300 }, (_, i) => ({ jid: jidOf(i) })),
    );
    const { screen, keys } = await started();
    await keys.types("5");
    await screen.shows("1-14 of 300");
    await keys.types("AAD");
    await screen.shows("Type 300 and Enter to go on:");
    // The first hundred are under way, and nothing goes on by itself.
    onTestFinished(() => void shell.redis.client("UNPAUSE"));
    await shell.redis.client("PAUSE", 60_000, "WRITE");
    await keys.types("300\r");
    await screen.shows(/^\[.*\] 0 of 300$/m);
    const node = await keys.node();

    await screen.hangUp();
    await eventually(async () => expect(await isRaw(keys)).toBe(false));
    process.kill(node, "SIGHUP");
    await shell.redis.client("UNPAUSE");

    await keys.shows("[ended 129]");
    expect(await shell.redis.zcard("retry")).toBe(200);
    expect(await trailOf(shell.redis)).toMatchObject({
      action: "set.delete",
      count: "100",
      note: expect.stringContaining("ended early"),
    });
  });
});
