/** What an application says of its values: who finds the models behind GlobalIDs, and its own serializers. */
import type { JsonValue } from "@tsq/core";
import { notAsExpected } from "@tsq/core/config";
import type { Kind, Schema } from "@tsq/core/config";
import { addConfiguration, configured, isRecord } from "@tsq/core/protocol";

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

/** Options of `configure()` for ActiveJob's arguments. */
export interface ValueSettings {
  /**
   * Who finds the models behind GlobalIDs, by the app in them: `{ crm: findInCrm }` for `gid://crm/Contact/7`. Where it is
   * not given, handlers get GlobalIDs; where it is, a GlobalID of another app fails its job with a `ConfigError`.
   *
   * @default handlers get GlobalIDs
   */
  readonly globalId?: Readonly<Record<string, GlobalIdResolver>> | undefined;
  /** Serializers of your own. @default [] */
  readonly serializers?: readonly Serializer[] | undefined;
}

declare module "@tsq/core" {
  // oxlint-disable-next-line typescript/no-empty-object-type -- it is merged into that of core
  interface Configuration extends ValueSettings {}
}

const resolvers: Kind<NonNullable<ValueSettings["globalId"]>> = {
  takes: "object of functions by app",
  read: (value, place) => {
    if (isRecord(value) && Object.values(value).every((one) => typeof one === "function"))
      // Nobody can check what a function takes.
      return value as NonNullable<ValueSettings["globalId"]>;
    throw notAsExpected(
      place,
      "an object of functions",
      value,
      "Write `{ crm: async (model, ids) => new Map() }`: for each app who finds its models.",
    );
  },
};

const FUNCTIONS = ["serializes", "serialize", "deserialize"] as const;

const isSerializer = (value: unknown): value is Serializer =>
  typeof value === "object" &&
  value !== null &&
  // A getter of a class counts too.
  typeof (value as Partial<Serializer>).name === "string" &&
  FUNCTIONS.every((name) => typeof (value as Partial<Serializer>)[name] === "function");

const serializers: Kind<readonly Serializer[]> = {
  takes: "array of serializers",
  read: (value, place) => {
    if (Array.isArray(value) && value.every((one) => isSerializer(one))) return value;
    throw notAsExpected(
      place,
      "an array of serializers",
      value,
      "Each has the `name` of its class in Ruby and the functions `serializes`, `serialize` and `deserialize`.",
    );
  },
};

/** Their rows. */
export const VALUES = {
  globalId: {
    ...resolvers,
    tells: "who finds the models behind [GlobalIDs](guides/active-job.md#globalid), by the app in them",
    usual: "handlers get GlobalIDs",
  },
  serializers: {
    ...serializers,
    tells:
      "[serializers of your own](guides/active-job.md#serializers-of-your-own) for ActiveJob's arguments",
    fallback: [],
  },
} satisfies Schema<ValueSettings>;

addConfiguration(VALUES);

/** What `configure()` was given last. */
export const currentSettings = (): ValueSettings => CURRENT;

// The casts are of what the rows above have read.
const CURRENT: ValueSettings = {
  get globalId() {
    return configured("globalId") as ValueSettings["globalId"];
  },
  get serializers() {
    return configured("serializers") as ValueSettings["serializers"];
  },
};
