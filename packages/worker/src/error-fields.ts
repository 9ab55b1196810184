/** What of an error goes into a payload: whatever was thrown, also what is no Error. */

// Ruby's limit (WIRE §2.1).
const LONGEST_MESSAGE = 10_000;
const UNREADABLE = "!!! ERROR MESSAGE THREW AN ERROR !!!";

export interface ErrorFields {
  /** Ruby's pages print it unescaped, so only what a class name may hold is kept. */
  readonly errorClass: string;
  readonly message: string;
  readonly stack: string | undefined;
}

export const describeError = (error: unknown): ErrorFields => {
  try {
    const isError = error instanceof Error;
    // Typed as text, but anyone may have set anything.
    const message: unknown = isError ? error.message : messageOf(error);
    return {
      errorClass: className(error),
      message: clip(String(message)),
      // A program's own Error.prepareStackTrace may have made anything of it.
      stack: isError && typeof error.stack === "string" ? error.stack : undefined,
    };
  } catch {
    // A getter or toString() of the error threw; the job must be retried all the same.
    return { errorClass: "Error", message: UNREADABLE, stack: undefined };
  }
};

const className = (error: unknown): string => {
  // Ruby's pages group an unknown class under its own name for it (WIRE §6.6).
  if ((error as { code?: unknown } | null)?.code === "TSQ_UNKNOWN_JOB") return "NameError";
  const name = error instanceof Error ? errorName(error) : kindOf(error);
  return name.replaceAll(/[^A-Za-z0-9_:.]/g, "") || "Error";
};

// Most classes of errors set no name of their own, and inherit this one.
const errorName = ({ name, constructor }: Error): string =>
  typeof name === "string" && name !== "Error" && name !== "" ? name : constructor.name;

const kindOf = (value: unknown): string => {
  if (value === null) return "Null";
  if (typeof value === "object") return value.constructor?.name ?? "Object";
  const type = typeof value;
  return type.charAt(0).toUpperCase() + type.slice(1);
};

const messageOf = (value: unknown): string => {
  if (typeof value !== "object" || value === null) return String(value);
  const { message } = value as { message?: unknown };
  return typeof message === "string" ? message : (JSON.stringify(value) ?? "");
};

const clip = (message: string): string => {
  if (message.length <= LONGEST_MESSAGE) return message.toWellFormed();
  // Characters, not code units: a surrogate pair is not cut in half.
  return Array.from(message.slice(0, 2 * LONGEST_MESSAGE))
    .slice(0, LONGEST_MESSAGE)
    .join("")
    .toWellFormed();
};
