/**
 * Who holds jobs in flight, by name: `host:pid:nonce` is a process, `host:pid:nonce~default` a capsule of it, and
 * `host:pid:nonce~default~0` that capsule until its jobs are rescued, when it goes on as `~1`.
 */

// Capsule names are checked not to hold it; a host's name may, as `DYNO` can be anything.
const SEPARATOR = "~";

/** A capsule of a process. */
export const capsuleName = (identity: string, capsule: string): string => identity + SEPARATOR + capsule;

/** A capsule, and how often it has started anew because its jobs had been rescued. */
export const ownerName = (capsule: string, epoch: number): string => capsule + SEPARATOR + epoch;

/** The capsule behind an owner, which its pads are named for. */
export const capsuleOf = (owner: string): string => cutLast(owner);

/** How often the capsule behind an owner had started anew. */
export const epochOf = (owner: string): number => Number(owner.slice(owner.lastIndexOf(SEPARATOR) + 1));

/** The process behind an owner, whose hash expires when its heartbeat stops. */
export const identityOf = (owner: string): string => cutLast(capsuleOf(owner));

/** Whether a name can be that of a process, `host:pid:nonce`: a host's name may be anything, and what is read from Redis too. */
export const isIdentity = (name: string): boolean => /:\d+:[^:]+$/.test(name);

const cutLast = (name: string): string => {
  const end = name.lastIndexOf(SEPARATOR);
  return end < 0 ? name : name.slice(0, end);
};
