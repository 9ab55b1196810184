/** The keys by which ActiveJob tells its own objects from hashes, and the names of its serializers (WIRE §13.3). */
export const GLOBAL_ID = "_aj_globalid";
export const SERIALIZED = "_aj_serialized";
export const SYMBOL_KEYS = "_aj_symbol_keys";
export const KEYWORDS = "_aj_ruby2_keywords";
export const INDIFFERENT = "_aj_hash_with_indifferent_access";

const RESERVED = new Set([GLOBAL_ID, SERIALIZED, SYMBOL_KEYS, KEYWORDS, INDIFFERENT]);

const UNDERSCORE = 95;

/** Whether a hash of a user may not have this key. Asked for every key: most are ruled out by their first letter. */
export const isReserved = (key: string): boolean => key.charCodeAt(0) === UNDERSCORE && RESERVED.has(key);

const named = <X extends string>(x: X) => `ActiveJob::Serializers::${x}Serializer` as const;

export const SYMBOL = named("Symbol");
export const DATE = named("Date");
export const TIME = named("Time");
export const DATE_TIME = named("DateTime");
export const TIME_WITH_ZONE = named("TimeWithZone");
export const DURATION = named("Duration");
export const BIG_DECIMAL = named("BigDecimal");
export const RANGE = named("Range");
export const MODULE = named("Module");
