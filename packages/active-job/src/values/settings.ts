/** What an application says of its values: who finds the models behind GlobalIDs, and its own serializers. */
import type { JsonValue } from "@tsq/core";

/**
 * Finds the models of one app, all of one class and of one job at a time.
 *
 * @param model the class in Ruby, `Contact`
 * @param ids of the models, each once; texts, whatever the column is
 * @returns what was found, by id; an id without an entry is a model that is gone
 */
export type GlobalIdResolver = (
  model: string,
  ids: readonly string[],
) => Promise<ReadonlyMap<string, unknown>> | ReadonlyMap<string, unknown>;

/** A serializer of an application, as one of `config.active_job.custom_serializers` in Ruby. */
export interface Serializer<T = unknown> {
  /** The name of its class in Ruby: `MoneySerializer`. */
  readonly name: string;
  /** Whether it is the one for this value. Asked of every object, before the serializers of Rails are. */
  serializes(value: unknown): boolean;
  /** What Ruby's `serialize` writes, without `_aj_serialized`. */
  serialize(value: T): { readonly [key: string]: JsonValue };
  /** Makes the value of what was written; `_aj_serialized` is there too. */
  deserialize(hash: { readonly [key: string]: JsonValue }): T;
}

/** How arguments become values, and values arguments. */
export interface ValueSettings {
  /** Resolvers by the app of the GlobalID. Without any a handler gets the GlobalIDs themselves. */
  readonly globalId?: Readonly<Record<string, GlobalIdResolver>> | undefined;
  readonly serializers?: readonly Serializer[] | undefined;
}
