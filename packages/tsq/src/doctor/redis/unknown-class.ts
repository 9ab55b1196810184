/** Failures of jobs whose class whoever took them does not have, in Ruby's words and in ours. */

/**
 * Whether a failure is of that kind.
 *
 * @param message or its fingerprint
 */
export const isOfUnknownClass = (name: string, error: unknown, message: unknown): boolean => {
  if (error !== "NameError" || typeof message !== "string") return false;
  if (message.startsWith("No job of this worker is named ")) return true;
  // Ruby misses the first part of the name that it does not know.
  const constant = /^uninitialized constant ([\w:]+)/.exec(message)?.[1];
  return constant !== undefined && `${name}::`.startsWith(`${constant}::`);
};

/** The cause that findings about it have in common. */
export const unknownClass = (name: string): string => `unknown class ${name}`;
