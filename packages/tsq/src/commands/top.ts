/** `tsq top`: the terminal as a whole screen, until somebody quits. */
import { ConfigError } from "@tsq/core";
import { withoutPassword } from "@tsq/core/protocol";
import type { CommandContext } from "../cli/command.ts";
import { goalsOf } from "../cli/goals.ts";
import { exitUnheard, exitWith } from "../cli/exit.ts";
import { intervalMs } from "../cli/interval.ts";
import { hasColors } from "../cli/terminal-room.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { withApi } from "../cli/with-api.ts";
import { fitted } from "../cli/wrapped.ts";
import { Keyboard } from "../top/keyboard.ts";
import { Screen } from "../top/screen.ts";
import { Session } from "../top/session.ts";
import { suspendAll, watchWaysOut } from "../top/ways-out.ts";
import type { TopFlags } from "./top-command.ts";

export const top = async (context: CommandContext, flags: TopFlags): Promise<void> => {
  const everyMs = intervalMs("--interval", flags.interval);
  const goals = goalsOf(flags.goal);
  if (!process.stdin.isTTY || !process.stdout.isTTY || context.env["TERM"] === "dumb") {
    throw new ConfigError(
      "Expected a terminal that can be drawn on, got none. Use `tsq stats --watch`, or `tsq stats --json` for programs.",
    );
  }
  await withApi(context, async (api, url) => {
    const screen = new Screen(process.stdout, hasColors());
    let restore = (): void => screen.leave();
    let hungUp = (): void => {};
    const fail = (error: unknown): void => {
      restore();
      exitWith(error, fitted);
    };
    const redis = terminalText(withoutPassword(url));
    const session = new Session({ api, url, redis, screen, everyMs, goals, suspend: suspendAll, fail });
    const keyboard = new Keyboard(
      process.stdin,
      (key) => session.press(key),
      () => hungUp(),
    );
    restore = () => {
      screen.leave();
      keyboard.stop();
    };
    const start = (): void => {
      keyboard.start();
      screen.enter();
      session.resized();
    };
    const resized = (): void => session.resized();
    const ways = watchWaysOut({
      restore,
      resume: () => {
        restore();
        start();
      },
      finish: () => session.finish(),
    });
    hungUp = ways.hungUp;
    // What cannot be written any more says that the terminal is gone, perhaps before any signal does.
    process.stdout.off("error", exitUnheard).on("error", () => hungUp());
    process.stdout.on("resize", resized);
    keyboard.start();
    screen.enter();
    try {
      await session.run();
    } finally {
      process.stdout.off("resize", resized);
      restore();
      keyboard.close();
      ways.unwatch();
    }
    // What is still being read, of a Redis that may not answer, nobody waits for.
    process.exit(0);
  });
};
