/** Checks a job's arguments by the schema of its definition: before they are pushed, and before its handler gets them. */
import { InvalidArgumentsError, InvalidJobError } from "../errors.ts";
import { inspect } from "../report/inspect.ts";
import { dumpArgs, memberPath } from "../client/arguments.ts";
import type { CheckArgs } from "../client/bulk-push.ts";
import { parseJson } from "../wire/json.ts";
import { asBigIntegers } from "./big-integers.ts";
import type { BigIntegers } from "./big-integers.ts";
import type { Handler } from "./job-context.ts";
import { isStandardSchema } from "./standard-schema.ts";
import { isThenable } from "./thenable.ts";
import type { SchemaIssue, SchemaResult, StandardSchema } from "./standard-schema.ts";

/**
 * @param bigIntegers how integers beyond 2^53 arrive; undefined where Ruby runs the job, and all are integers
 * @throws InvalidJobError where the schema is none
 */
export const argsCheck = (
  name: string,
  schema: unknown,
  bigIntegers: BigIntegers | undefined,
): { readonly beforePush: CheckArgs; readonly around: Around } => {
  if (!isStandardSchema(schema)) {
    throw new InvalidJobError(
      `Expected \`args\` of ${name} to be a schema of zod, valibot, arktype or another library of Standard Schema, got \`${inspect(schema)}\`. ` +
        "Pass one of a tuple or of an array, such as `z.tuple([z.number()])`.",
    );
  }
  const beforePush: CheckArgs = (args, where = "") => {
    // As they will arrive: what passes here passes there, and what a schema does to it the caller does not see.
    const arriving = bigIntegers
      ? asBigIntegers(parseJson(dumpArgs(name, args)) as readonly unknown[], bigIntegers)
      : args;
    const answer = checked(name, schema, arriving, (issues) => {
      throw new InvalidJobError(
        `Expected arguments of ${name} that its \`args\` schema takes${where}, but ${told(issues)}. Pass what it takes.`,
      );
    });
    return answer instanceof Promise ? answer.then(() => {}) : undefined;
  };
  const around: Around =
    (handler) =>
    (job, ...args) => {
      const answer = checked(name, schema, args, (issues) => {
        throw new InvalidArgumentsError(name, told(issues));
      });
      return answer instanceof Promise
        ? answer.then((output) => handler(job, ...output))
        : handler(job, ...answer);
    };
  return { beforePush, around };
};

/** Makes of a handler one that gets what the schema makes of the arguments. */
type Around = (handler: Handler<readonly unknown[]>) => Handler<readonly unknown[]>;

/** What the schema throws is told as it is: it is the author's own. */
const checked = (
  name: string,
  schema: StandardSchema,
  args: readonly unknown[],
  refuse: (issues: readonly SchemaIssue[]) => never,
): readonly unknown[] | Promise<readonly unknown[]> => {
  const answer = schema["~standard"].validate(args);
  const outputOf = (result: SchemaResult<unknown>): readonly unknown[] => {
    if (result?.issues) refuse(result.issues);
    // From JavaScript any schema can come.
    const output: unknown = result && "value" in result ? result.value : undefined;
    if (Array.isArray(output)) return output;
    throw new InvalidJobError(
      `Expected the \`args\` schema of ${name} to make a list of arguments, got \`${inspect(output)}\`. Let it be one of a tuple or of an array.`,
    );
  };
  return isThenable(answer) ? Promise.resolve(answer).then(outputOf) : outputOf(answer);
};

const MOST_TOLD = 3;

/** `args[0].zip: Required; args[1]: Too short` */
const told = (issues: readonly SchemaIssue[]): string => {
  const first = issues.slice(0, MOST_TOLD).map(({ message, path }) => `${pathOf(path)}: ${message}`);
  const rest = issues.length - first.length;
  return `${first.join("; ") || "the schema does not say why"}${rest > 0 ? `; and ${rest} more` : ""}`;
};

const pathOf = (path: SchemaIssue["path"]): string =>
  (path ?? []).reduce<string>((above, segment) => {
    const key = typeof segment === "object" ? segment.key : segment;
    return memberPath(above, typeof key === "string" && /^\d+$/.test(key) ? Number(key) : key);
  }, "args");
