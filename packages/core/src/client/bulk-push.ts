/** Pushes a bulk push slice by slice: the next is made while the one before is on its way. */
import type { Chain } from "../config/chain.ts";
import type { JobOptions } from "../wire/payload.ts";
import { timeToken } from "../wire/time.ts";
import { admit } from "./admit.ts";
import { writtenArgs } from "../job/written-args.ts";
import { dumpArgs } from "./arguments.ts";
import { bulkSlices } from "./bulk.ts";
import type { BulkItem, BulkSlice } from "./bulk.ts";
import type { ClientMiddleware, PushContext } from "./chain.ts";
import { pushContext, spelling } from "./client-line.ts";
import type { Line } from "./client-line.ts";
import { deadlineIn } from "../job/deadline.ts";
import { send } from "./dumped.ts";
import type { Dumped } from "./dumped.ts";
import { dumpPayload, normalize } from "./normalize.ts";
import { fillTemplate, templateOf } from "./payload-template.ts";

/** Two lanes has a connection: Redis works on one slice while the next is made. */
const SLICES_ON_THEIR_WAY = 2;

/** Whoever pushes: what each payload goes through. */
interface Pusher {
  readonly middleware: Chain<ClientMiddleware>;
  readonly defaultJobOptions: JobOptions;
  nextJid(): string;
}

/** Throws or rejects where arguments are wrong; a promise only where it needs one. `where` says which of many they are. */
export type CheckArgs = (args: readonly unknown[], where?: string) => Promise<void> | undefined;

/** At most two slices are on their way, and nothing else is held. */
export const pushSlices = async (
  line: Line,
  bulk: BulkItem,
  by: Pusher,
  check: CheckArgs | undefined,
): Promise<(string | null)[]> => {
  const { transport, fail } = line;
  const jids: (string | null)[] = [];
  const nowMs = Date.now();
  const sent: Promise<unknown>[] = [];
  try {
    for await (const slice of bulkSlices(bulk, nowMs)) {
      transport.flush?.();
      if (check) await checkEach(slice.args, jids.length, check);
      const known = spelling(line, nowMs);
      const wire = typeof known === "number" ? known : await known.catch(fail);
      const created = `,"created_at":${timeToken(nowMs, wire)}`;
      const enqueued = `,"enqueued_at":${timeToken(Date.now(), wire)}`;
      // Everything is dumped, and so checked, before the first byte of a slice is sent.
      const dumped =
        (by.middleware.size === 0 && dumpAlike(slice, created, enqueued, jids, by)) ||
        (await dumpEach(slice, created, enqueued, jids, by, pushContext(line, "bulk")));
      if (sent.length === SLICES_ON_THEIR_WAY) await sent.shift()?.catch(fail);
      sent.push(send(transport, dumped));
    }
  } finally {
    // Also when a slice is refused: those before it have their answer first, good or bad.
    await Promise.allSettled(sent);
  }
  await Promise.all(sent).catch(fail);
  return jids;
};

const checkEach = async (
  lists: readonly (readonly unknown[])[],
  from: number,
  check: CheckArgs,
): Promise<void> => {
  // One after the other: what is told is the first that is wrong, and a schema that asks a server asks one thing at a time.
  for (const [i, args] of lists.entries()) {
    const checked = check(args, ` in list ${from + i}`);
    if (checked) await checked;
  }
};

/** Jobs that differ in nothing but their arguments and times; undefined where they differ in more. */
const dumpAlike = (
  slice: BulkSlice,
  created: string,
  enqueued: string,
  jids: (string | null)[],
  by: Pusher,
): Dumped[] | undefined => {
  if (slice.item["jid"] !== undefined) return undefined;
  const { payload } = normalize({ ...slice.item, args: [] }, () => "", by.defaultJobOptions);
  // It is counted from when each is due.
  if (slice.at && deadlineIn(payload) !== undefined) return undefined;
  const template = templateOf(payload, {});
  const times = (payload.created_at === undefined ? created : "") + (slice.at ? "" : enqueued);
  const texts = slice.args.map((args) => {
    const jid = by.nextJid();
    jids.push(jid);
    const dumped = dumpArgs(template.displayClass, args);
    // Those of a file are written as they stand there, as one push writes them.
    return `${fillTemplate(template, writtenArgs(args, dumped) ?? dumped, jid)}${times}}`;
  });
  return [{ queue: template.queue, at: slice.at, texts }];
};

/** Jobs that a client middleware may change or stop, or that have a jid or a deadline of their own. */
const dumpEach = async (
  slice: BulkSlice,
  created: string,
  enqueued: string,
  jids: (string | null)[],
  by: Pusher,
  push: PushContext,
): Promise<Dumped[]> => {
  const { middleware, defaultJobOptions } = by;
  const dumped: Dumped[] = [];
  for (const [i, args] of slice.args.entries()) {
    const due = slice.at?.[i];
    const item = due === undefined ? { ...slice.item, args } : { ...slice.item, args, at: due };
    const { payload } = normalize(item, () => by.nextJid(), defaultJobOptions);
    // Middleware sees it where Ruby's push_bulk puts it: last.
    delete payload["at"];
    const admitted = middleware.size > 0 ? await admit(middleware, payload, due, created, push) : { at: due };
    jids.push(admitted ? payload.jid : null);
    if (!admitted) continue;
    const { at } = admitted;
    const text = dumpPayload(payload, created) + (at === undefined ? enqueued : "");
    dumped.push({ queue: payload.queue, at: at === undefined ? at : [at], texts: [`${text}}`] });
  }
  return dumped;
};
