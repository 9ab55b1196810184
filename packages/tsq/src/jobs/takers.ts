/** Whether somebody takes and can run what was pushed: who types a name wrong hears of it at once, not from a failed job. */
import type { ApiConnection } from "@tsq/core/api";
import { nearest, readMembers, runnersOf } from "@tsq/core/protocol";
import type { Member } from "@tsq/core/protocol";
import { terminalText } from "../cli/terminal-text.ts";

/** A line about what was pushed; undefined where all is well, or nobody can tell. */
export const takersWarning = async (
  api: ApiConnection,
  name: string,
  queue: string,
): Promise<string | undefined> => {
  const members = await readMembers(api.redis);
  // Ruby's do not say what they can run, and with no worker yet everything waits.
  if (members.every(({ isRuby }) => isRuby)) return undefined;
  const awake = members.filter(({ isQuiet }) => !isQuiet);
  const serving = awake.filter(({ queues }) => queues.includes(queue));
  if (serving.length === 0) {
    const meant = nearest(
      queue,
      awake.flatMap(({ queues }) => queues),
    );
    return `Nobody takes jobs from ${terminalText(queue)} now.${question(meant)}`;
  }
  if (runnersOf(serving, [name], queue).kind !== "nobody") return undefined;
  const known = namesOf(serving);
  return `No process that takes jobs from ${terminalText(queue)} has \`${terminalText(name)}\`.${question(nearest(name, known))}`;
};

const namesOf = (members: readonly Member[]): readonly string[] =>
  members.flatMap(({ classes }) => classes?.names ?? []);

const question = (meant: string | undefined): string =>
  meant === undefined ? "" : ` Did you mean \`${terminalText(meant)}\`?`;
