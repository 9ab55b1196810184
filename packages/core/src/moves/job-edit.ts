/** A job changed by hand: its arguments, its queue or its class, and every other byte as it was. */
import { InvalidJobError } from "../errors.ts";
import { refuseUnknown } from "../config/nearest.ts";
import { shown } from "../report/inspect.ts";
import { isWrapper } from "../wire/active-job.ts";
import { editPayload, editPayloadBytes, memberText } from "../wire/edit.ts";
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
  /**
   * The class that runs it. Of a job of ActiveJob that is the class inside the wrapper: `wrapped`, and `job_class` in the
   * envelope, which Ruby goes by. @default as it is
   */
  class?: string;
}

/**
 * The payload with what is changed of it.
 *
 * @throws InvalidJobError when what it is to be changed to is nothing that a job can have
 */
export const editedPayload = (bytes: Buffer, edit: JobEdit): Buffer => {
  const { args, queue, class: name } = edit;
  refuseUnknown("a changed job", edit, ["args", "queue", "class"]);
  const edited = editPayloadBytes(bytes, {
    ...(args === undefined ? {} : { args: argsText(args) }),
    ...(queue === undefined ? {} : { queue: dumpJson(queueName(queue)) }),
  });
  return name === undefined ? edited : withClass(edited, className(name));
};

/** Of a wrapper both names change: by one it is shown and counted, by the other Ruby finds what to run. */
const withClass = (bytes: Buffer, name: string): Buffer => {
  const text = bytes.toString("latin1");
  const [wrapper, args] = ["class", "args"].map((key) => memberText(text, key));
  const written = dumpJson(name);
  if (wrapper === undefined || !isWrapper(JSON.parse(wrapper))) {
    return editPayloadBytes(bytes, { class: written });
  }
  const envelope = args === undefined ? undefined : /^\[[ \t\n\r]*(?=\{)/.exec(args)?.[0];
  const inner =
    envelope === undefined
      ? undefined
      : envelope + editPayload((args ?? "").slice(envelope.length), { job_class: latin1(written) });
  return Buffer.from(
    editPayload(text, { wrapped: latin1(written), ...(inner !== undefined && { args: inner }) }),
    "latin1",
  );
};

/** One character per byte, as the text that it goes into. */
const latin1 = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** @throws InvalidJobError when it names no class */
const className = (name: unknown): string => {
  if (typeof name === "string" && name !== "" && name.trim() === name) return name;
  throw new InvalidJobError(`Expected the name of a class, without spaces around it, got ${shown(name)}.`);
};

/** @throws InvalidJobError when it names no queue */
export const queueName = (queue: unknown): string => {
  if (typeof queue === "string" && queue !== "" && queue.trim() === queue) return queue;
  throw new InvalidJobError(`Expected the name of a queue, without spaces around it, got ${shown(queue)}.`);
};

// Other characters of what came may stand in what the engine says of it.
const SAFE = /^[ -~]+$/;

const argsText = (args: unknown): string => {
  let got = shown(args);
  try {
    const text = typeof args === "string" ? args.trim() : dumpJson(args);
    if (Array.isArray(JSON.parse(text))) return text;
  } catch (error) {
    // Where it is wrong helps more than all of it once more.
    const why = error instanceof SyntaxError ? error.message.replaceAll(/\s+/g, " ") : "";
    if (typeof args === "string" && SAFE.test(why)) got = `something else: ${why}`;
  }
  throw new InvalidJobError(
    `Expected the arguments of a job as a JSON list such as \`[1, "a"]\`, got ${got}.`,
  );
};
