/** `tsq push --bulk`: many jobs of one class. */
import type { Client } from "@tsq/core";
import type { Output } from "../cli/output.ts";
import { UnfinishedError } from "../cli/early-end.ts";
import { jobsWere } from "../jobs/repair-words.ts";
import type { ArgumentList, ArgumentLists } from "../jobs/argument-lists.ts";

/** One round trip: of what is sent in several an error would leave some, and nobody would know how many. */
const AT_ONCE = 1_000;
/** With times Sidekiq's are smaller. */
const AT_ONCE_WITH_TIMES = 100;

/** What all jobs have in common. */
interface Shared {
  readonly class: string;
  readonly queue?: string;
  readonly retry?: boolean | number;
  readonly at?: number;
}

interface BulkPush extends ArgumentLists {
  readonly shared: Shared;
  readonly isJson: boolean;
}

/** @throws UnfinishedError with how many were pushed, and where one goes on */
export const pushLists = async (
  client: Client,
  out: Output,
  { shared, lists, total, unit, isJson }: BulkPush,
): Promise<void> => {
  const jids: (string | null)[] = [];
  /** Of the first that is not pushed yet. Without commas: `tail` takes none. */
  let next = 1;
  const rest = () => `${jobsWere(jids.length, "pushed")}; the rest begins at ${unit} ${next}.`;
  const told = (error: unknown): unknown =>
    jids.length === 0 || error instanceof UnfinishedError
      ? error
      : new UnfinishedError(`${(error as Error).message} Before that ${rest()}`);
  const atOnce = shared.at === undefined ? AT_ONCE : AT_ONCE_WITH_TIMES;
  await out.work({ label: "Pushing", total }, async ({ signal, tell }) => {
    const send = async (some: readonly ArgumentList[]): Promise<void> => {
      const last = some.at(-1);
      if (!last) return;
      if (signal.aborted) throw new UnfinishedError(`Stopped after ${rest()}`);
      jids.push(...(await client.pushBulk({ ...shared, args: some.map(({ args }) => args) })));
      next = last.at + 1;
      tell(jids.length);
    };
    let some: ArgumentList[] = [];
    try {
      for await (const list of lists) {
        some.push(list);
        if (some.length < atOnce) continue;
        await send(some);
        some = [];
      }
      await send(some);
    } catch (error) {
      throw told(error);
    }
  });
  if (isJson) out.json({ pushed: jids.length, jids });
  else out.say(`${jobsWere(jids.length, "pushed")}.`);
};
