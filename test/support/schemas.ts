/** Schemas that a test asks itself, and a client whose pushes it sees. */
import { Client } from "@tsq/core";
import type { ClientMiddleware, Job, StandardSchema } from "@tsq/core";
import { NotingTransport } from "./noting-transport.ts";

export type Args = readonly unknown[];
export type Result = Awaited<ReturnType<StandardSchema<Args>["~standard"]["validate"]>>;

/** A schema that is asked by this function. */
export const schemaBy = (validate: (args: Args) => Result | Promise<Result>): StandardSchema<Args> => ({
  "~standard": { version: 1, vendor: "tests", validate: (value) => validate(value as Args) },
});

export const pushing = (middleware: readonly ClientMiddleware[] = []) => {
  const transport = new NotingTransport();
  const client = new Client({ transport, middleware });
  const texts = (queue = "default"): string[] => (transport.queues[queue] ?? []).toReversed();
  const args = (queue?: string): unknown[] =>
    texts(queue).map((text) => (JSON.parse(text) as { args: unknown }).args);
  return { transport, client, args, texts };
};

/** Whatever a test passes where the compiler would not let it. */
export const anyhow = (job: object): Job<Args> => job as Job<Args>;
