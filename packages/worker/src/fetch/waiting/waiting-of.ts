/** Makes what a capsule waits with, and says how it waits where that is not certain. */
import { describeTarget, isNoPermission } from "@tsq/core/protocol";
import type { Logger } from "pino";
import type { QueueOrder } from "../../options/queue-order.ts";
import type { Owner } from "../reliable/ownership.ts";
import { LandingPads } from "../reliable/landing-pads.ts";
import { Unopened } from "./closed.ts";
import { Hybrid } from "./hybrid.ts";
import { QueueWatch } from "./queue-watch.ts";
import type { QueueWatchHost } from "./queue-watch-host.ts";
import { SparePads } from "./spare-pads.ts";
import { NO_RIGHTS, UNOPENED } from "./untold.ts";
import type { Untold } from "./untold.ts";
import type { Waiting } from "./waiting.ts";
import { mayPadAll, paddedPlaces } from "./way.ts";
import type { Way } from "./way.ts";

/** What the capsule tells of itself, and is told. */
export interface WaitingHost extends Omit<QueueWatchHost, "me" | "waits"> {
  readonly owner: Pick<Owner, "capsule" | "lastHeard">;
  readonly way: Way;
  /** The worker's, for all capsules. */
  readonly untold: Untold;
  readonly log: Pick<Logger, "info" | "warn">;
  readonly order: Pick<QueueOrder, "shares">;
  /** A job is on the pad of this queue. */
  readonly landed: (queue: number, text: string) => void;
  /** A waiting move may not be woken. */
  readonly unwakeable: (error: unknown) => unknown;
}

export const waitingOf = (host: WaitingHost): Waiting => {
  const { redis, target, queues, outage, way } = host;
  const padsAt = (places: readonly number[], mayArm = (_queue: number): boolean => true): LandingPads =>
    new LandingPads(redis, places, host.look, (queue) => ({
      redis: target,
      queueKey: queues.queueKeys[queue] as string,
      padKey: queues.padKeys[queue] as string,
      mayArm: () => mayArm(queue) && host.isIdle() && !host.isLeftAlone(queue) && isKnown(host),
      landed: (text) => host.landed(queue, text),
      witness: outage.connection("landing pad"),
      unwakeable: host.unwakeable,
    }));
  const padded = paddedPlaces(way, host.order.shares);
  const pads = padsAt(padded);
  const watched = [...queues.names.keys()].filter((queue) => !padded.includes(queue));
  if (watched.length === 0) return pads;
  if (way === "polling") host.log.info(LOOKS.said(countOf(watched.length)));
  const instead = mayPadAll(way, queues.size) ? PADS : LOOKS;
  const waits = (count: number, refusal: Error | undefined): void => {
    // Whether Redis tells is not known then, and of connections there are too few as it is.
    const isOpen = !(refusal instanceof Unopened);
    if (!refusal) hybrid.told();
    else if (instead === PADS && (isOpen || hybrid.isProbing) && !hybrid.untold()) return;
    tell(host, countOf(count), { refusal, instead: isOpen ? instead : LOOKS, padded: padded.length });
  };
  const newWatch = (): QueueWatch =>
    new QueueWatch({ ...host, me: host.owner.capsule, waits }, watched, way !== "polling");
  const spare = new SparePads(watched.length, (mayArm) => padsAt(watched, mayArm));
  const hybrid = new Hybrid({ pads, padded, newWatch, spare }, queues);
  return hybrid;
};

/** A job that came to a pad of which nobody knows would be lost with this process: a fetch call finds that out before. */
const isKnown = ({ owner, look }: WaitingHost): boolean => {
  if (owner.lastHeard.mayHaveOpenPads) look();
  return !owner.lastHeard.mayHaveOpenPads;
};

/** What is done where Redis does not tell: in the warning that says so, and by itself. */
interface Instead {
  readonly warned: string;
  readonly said: (queues: string) => string;
}

const PADS: Instead = {
  warned:
    "Each has a connection of its own. It is tried again in a minute, then in ten, and then once an hour.",
  said: (queues) => `Jobs on ${queues} are waited for by a connection each`,
};
const LOOKS: Instead = {
  warned: "They are looked at ten times a second.",
  said: (queues) => `Jobs on ${queues} are looked for ten times a second`,
};

const CHANNEL_RIGHT = "&__redis__:invalidate";
const RIGHTS = "+subscribe +client|tracking +client|caching";

interface Told {
  readonly refusal: Error | undefined;
  readonly instead: Instead;
  /** How many queues have a pad whatever Redis tells. */
  readonly padded: number;
}

const tell = (
  { log, target, owner: { capsule }, untold }: WaitingHost,
  queues: string,
  { refusal, instead, padded }: Told,
): void => {
  if (!refusal) {
    untold.over();
    const others = padded > 0 ? `; ${countOf(padded)} more have a connection each` : "";
    log.info({ capsule }, `Redis tells of jobs on ${queues} (CLIENT TRACKING)${others}`);
    return;
  }
  const isOfRights = isNoPermission(refusal.message);
  const isUnopened = refusal instanceof Unopened;
  // Why, and what to do, has been said.
  if (!untold.isNews(isOfRights ? NO_RIGHTS : isUnopened ? UNOPENED : refusal.message)) {
    log.info({ capsule }, instead.said(queues));
    return;
  }
  if (isUnopened) {
    log.warn(
      { capsule },
      `Redis at ${describeTarget(target)} cannot be asked to tell of jobs on ${queues} (${refusal.message}). They are looked at ten times a second until it can.`,
    );
    return;
  }
  const rights = /channel/.test(refusal.message) ? CHANNEL_RIGHT : RIGHTS;
  const remedy = isOfRights ? ` Allow it in the ACL: \`${rights}\`.` : "";
  log.warn(
    { capsule },
    `Redis at ${describeTarget(target)} does not tell of jobs on ${queues} (${refusal.message}). ${instead.warned}${remedy}`,
  );
};

const countOf = (queues: number): string => (queues === 1 ? "one queue" : `${queues} queues`);
