/** Valid JSON that no Sidekiq writes. */

/** What a payload can hold. */
export const FIELDS: readonly string[] = [
  "args at backtrace bid cattr class created_at dead discarded_at display_class encrypt enqueued_at error_backtrace",
  "error_class error_message failed_at jid locale queue retried_at retry retry_count retry_for retry_queue tags tsq_deadline tsq_handed",
  "wrapped",
].flatMap((names) => names.split(" "));

/** JSON of every type, and of those that trip whoever makes a text, a number or a promise of them. */
export const VALUES: readonly string[] = [
  "null true false 0 -1 1.5 1e400 -1e400 1e300 12345678901234567890",
  '"" "text" "3" "Infinity" "queue" "\\ud800" [] [[{}]] [{"toString":1}]',
  '{} {"toString":1} {"valueOf":1,"toString":1} {"toJSON":1} {"__proto__":{"toString":1}}',
  '{"then":1} {"length":-1} {"constructor":null}',
].flatMap((texts) => texts.split(" "));

/** Parsed by everybody, and walked by nobody. */
const DEEP = "[".repeat(50_000) + "]".repeat(50_000);

/** Each field with each value; megabytes of depth for a few only. */
export const oddFields = (): readonly Readonly<Record<string, string>>[] => [
  ...FIELDS.flatMap((field) => VALUES.map((value) => ({ [field]: value }))),
  ...["args", "tags", "retry_count", "wrapped", "jid"].map((field) => ({ [field]: DEEP })),
];
