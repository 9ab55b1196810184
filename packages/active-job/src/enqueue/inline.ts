/** Runs a job of ActiveJob in the caller's own process, through its bytes, as a worker would. */
import type { Payload, Verdict } from "@tsq/core";
import { dumpJson, OLD_WRAPPER, parseJson, runInline, writeDeadline } from "@tsq/core/protocol";
import { draw, envelopeOf, taken } from "./enqueuer.ts";
import type { Target } from "./target.ts";
import { wrapperOptions } from "./wrapper-options.ts";

const NOBODY: ReadonlySet<number> = new Set();

/** @returns true, or the verdict that the job ends with; null when a client middleware stopped it */
export const performInline = async (
  target: Target,
  args: readonly unknown[],
): Promise<true | Verdict | null> => {
  const client = target.client();
  const nowMs = Date.now();
  const drawn = taken(draw({ ...target, when: undefined }, client, args, nowMs));
  const payload: Payload = {
    ...client.defaultJobOptions,
    ...wrapperOptions(target, drawn.queue),
    args: [envelopeOf(drawn, NOBODY, nowMs) as unknown as Payload["args"][number]],
    class: OLD_WRAPPER,
    jid: client.nextJid(),
  };
  writeDeadline(payload, undefined);
  if (!(await client.admit(payload))) return null;
  const sent = parseJson(dumpJson(payload)) as Payload;
  return (await runInline(sent, target.class, target.run, client)) ?? true;
};
