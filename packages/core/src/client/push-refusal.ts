/** What an error of the server tells of a push: whether the job may be there, and whether to ask again. */
import { ReplyError } from "ioredis";
import { PushUnknownError } from "../errors.ts";
import { QUEUES } from "../wire/keys.ts";
import type { Parcel } from "./parcel.ts";

// sidekiq#2550, #4495, #4985: the server has changed its role or woken us by force; on a new connection
// the same command works, once.
const STALE_CONNECTION = /READONLY|NOREPLICAS|UNBLOCKED/;
// Said before the script has looked whether the jobs are there, and not for long.
const NOT_NOW = /^(?:READONLY|NOREPLICAS|UNBLOCKED|BUSY|LOADING|MASTERDOWN)/;
// The script's own word for jobs of which some are there.
const PARTLY = /^PARTLY /;
// How Redis 6.2, and those after it, mark what ended a script on its way.
const IN_SCRIPT = /Error running script|\bscript: [0-9a-f]{40}/;
// What ends the script at one of its looks, which come before its writes: those hand their errors back.
const BEFORE_WRITES =
  /OOM|MISCONF|WRONGTYPE|NOPERM|ACL failure|READONLY|NOREPLICAS|MASTERDOWN|executing the script can't/;

/** Whether the connection is to blame. */
export const isStale = ({ message }: Error): boolean => STALE_CONNECTION.test(message);

/** Whether it will end by itself, and says nothing of the jobs. */
export const isNotNow = ({ message }: Error): boolean => NOT_NOW.test(message);

/** Whether jobs may be there although the server answered with an error, and no answer was lost before. */
export const mayBeThere = ({ message }: Error): boolean =>
  PARTLY.test(message) || (IN_SCRIPT.test(message) && !BEFORE_WRITES.test(message));

/** @param wrong what goes to the key of another type; none when that is `queues`, which every queue needs */
export const wrongType = (wrong: Parcel | undefined): Error => {
  const key = wrong?.key ?? QUEUES;
  const wanted = wrong ? (wrong.queue === undefined ? "zset" : "list") : "set";
  return new ReplyError(
    `WRONGTYPE Expected the key \`${key}\` to hold a ${wanted}, it holds another kind of value. ` +
      "Rename or delete the key.",
  ) as Error;
};

/** Nobody could be asked again. */
export const unanswered = (cause: Error): PushUnknownError =>
  unknown(`The answer to a push was lost, and Redis could not be asked again (${cause.message})`, cause);

/** What the server said leaves it open. */
export const undecided = (cause: Error, wasLost: boolean): PushUnknownError =>
  unknown(
    wasLost
      ? `The answer to a push was lost, and Redis refused it when it was sent again (${cause.message})`
      : `Redis refused a push when it may have been there already (${cause.message})`,
    cause,
  );

const unknown = (what: string, cause: Error): PushUnknownError =>
  new PushUnknownError(
    `${what}: the job may be there or not. Look for its jid before pushing it again, or make the job idempotent.`,
    { cause },
  );
