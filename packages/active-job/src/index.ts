/** ActiveJob in TypeScript: its argument types, and its jobs in both directions. */
export { DeserializationError, SerializationError } from "./values/argument-errors.ts";
export { BigDecimal } from "./values/big-decimal.ts";
export { Duration } from "./values/duration.ts";
export type { DurationPart } from "./values/duration.ts";
export { GlobalID } from "./values/global-id.ts";
export { indifferent, kwargs, symbolKeys } from "./values/hash.ts";
export { Range } from "./values/range.ts";
export { RubyModule } from "./values/ruby-module.ts";
export { symbol, RubySymbol } from "./values/ruby-symbol.ts";
export type { GlobalIdResolver, Serializer } from "./values/settings.ts";
export { rubyTime } from "./values/times.ts";
export type { RubyTimeClass } from "./values/times.ts";
export { UnknownValue } from "./values/unknown-value.ts";
