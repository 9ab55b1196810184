/**
 * The interface that zod, valibot, arktype and others share, version 1: https://standardschema.dev. Copied, as its
 * authors propose, so that nothing needs to be installed for it.
 */

/** A schema of whichever library. */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly "~standard": SchemaProperties<Input, Output>;
}

interface SchemaProperties<Input, Output> {
  readonly version: 1;
  readonly vendor: string;
  readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  /** Known to the compiler alone. */
  readonly types?: { readonly input: Input; readonly output: Output } | undefined;
}

export type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };

export interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** A schema of the arguments of a job: of a tuple, or of an array. */
export type ArgsSchema = StandardSchema<readonly unknown[], readonly unknown[]>;

/** What a job with this schema is pushed with. */
export type InputArgs<Schema extends ArgsSchema> = NonNullable<Schema["~standard"]["types"]>["input"];

/** What its handler gets. */
export type OutputArgs<Schema extends ArgsSchema> = NonNullable<Schema["~standard"]["types"]>["output"];

/** By what it can do; libraries make objects of it, and functions. */
export const isStandardSchema = (value: unknown): value is StandardSchema => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  const standard = (value as { "~standard"?: unknown })["~standard"];
  if (typeof standard !== "object" || standard === null) return false;
  const { version, validate } = standard as { version?: unknown; validate?: unknown };
  return version === 1 && typeof validate === "function";
};
