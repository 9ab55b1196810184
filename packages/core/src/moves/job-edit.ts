/** A job changed by hand: its arguments or its queue, and every other byte as it was. */
import { InvalidJobError } from "../errors.ts";
import { refuseUnknown } from "../config/nearest.ts";
import { shown } from "../report/inspect.ts";
import { editPayloadBytes } from "../wire/edit.ts";
import { dumpJson } from "../wire/json.ts";

/** What to change of a job. */
export interface JobEdit {
  /**
   * All of its arguments anew: a list, or the JSON text of one, which keeps `1.0` and every digit of a large number. Of a job of
   * ActiveJob that is the list with the envelope in it. @default as they are
   */
  args?: readonly unknown[] | string;
  /** The queue that it goes to. @default as it is */
  queue?: string;
}

/**
 * The payload with what is changed of it.
 *
 * @throws InvalidJobError when what it is to be changed to is nothing that a job can have
 */
export const editedPayload = (bytes: Buffer, edit: JobEdit): Buffer => {
  const { args, queue } = edit;
  refuseUnknown("a changed job", edit, ["args", "queue"]);
  return editPayloadBytes(bytes, {
    ...(args === undefined ? {} : { args: argsText(args) }),
    ...(queue === undefined ? {} : { queue: dumpJson(queueName(queue)) }),
  });
};

/** @throws InvalidJobError when it names no queue */
export const queueName = (queue: unknown): string => {
  if (typeof queue === "string" && queue !== "" && queue.trim() === queue) return queue;
  throw new InvalidJobError(`Expected the name of a queue, without spaces around it, got ${shown(queue)}.`);
};

const argsText = (args: unknown): string => {
  try {
    const text = typeof args === "string" ? args.trim() : dumpJson(args);
    if (Array.isArray(JSON.parse(text))) return text;
  } catch {
    // Said below, with what came.
  }
  throw new InvalidJobError(
    `Expected the arguments of a job as a JSON list such as \`[1, "a"]\`, got ${shown(args)}.`,
  );
};
