/** What is asked of options wherever they are given: a name that somebody reads, and a priority that Ruby can. */
import { InvalidJobError } from "@tsq/core";
import { shown } from "@tsq/core/config";
import { isRecord, unknownName } from "@tsq/core/protocol";

/**
 * Of options among which none of somebody's own travels.
 *
 * @param of what has the options, such as `retryJob() of MyJob`
 * @param example of what is right
 * @returns the options, as the object that they are
 * @throws InvalidJobError when they are no object; naming the option, and the one that was probably meant
 */
export const onlyKnown = (
  of: string,
  options: unknown,
  known: readonly string[],
  example: string,
): Readonly<Record<string, unknown>> => {
  if (!isRecord(options)) {
    throw new InvalidJobError(
      `Expected the options of ${of} to be an object, got ${shown(options)}. Write one such as ${example}.`,
    );
  }
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new InvalidJobError(unknownName("option", of, unknown, known));
  return options;
};

/** @throws InvalidJobError when it is no integer */
export const checkPriority = (of: string, priority: unknown): void => {
  if (priority === undefined || priority === null || Number.isSafeInteger(priority)) return;
  throw new InvalidJobError(
    `Expected \`priority\` of ${of} to be an integer, got ${shown(priority)}. Leave it out for none.`,
  );
};

/**
 * Refuses options that are looked at in another place alone: here they would travel in the payload, unread.
 *
 * @param of what has the options, such as `MyJob.set()`
 * @param places what to do with each of them, a sentence
 * @throws InvalidJobError naming the option and what to do
 */
export const refuseMisplaced = (
  of: string,
  options: object,
  places: Readonly<Record<string, string>>,
): void => {
  for (const [name, value] of Object.entries(options)) {
    const remedy = Object.hasOwn(places, name) ? places[name] : undefined;
    if (remedy === undefined || value === undefined) continue;
    throw new InvalidJobError(
      `Expected the options of ${of} to have no \`${name}\`, which has no effect there. ${remedy}`,
    );
  }
};
