/** Who holds a capsule's jobs, as a worker knows it. */
import { Owner, type OwnerState } from "./inside-worker.ts";

/** @param epoch how often it has become the next owner */
export const owner = (capsule: string, queues: readonly string[], epoch = 0): Owner => {
  const made = new Owner(capsule, queues);
  for (let i = 0; i < epoch; i++) made.renew();
  made.isUp = true;
  return made;
};

export const ownerState = (capsule: string, queues: readonly string[], epoch = 0): OwnerState => {
  const { state } = owner(capsule, queues, epoch);
  if (!state) throw new Error("Expected an owner that is up to have a state.");
  return state;
};
