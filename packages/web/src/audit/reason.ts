/** Why somebody does something, in the words that they give for it. */

/** Of a form's fields; free for whoever sends Sidekiq::Web's own fields. */
export const REASON_FIELD = "reason";
/** Longer ones are cut. */
export const LONGEST_REASON = 300;

/** The reason in a form; empty where there is none. */
export const reasonIn = (form: URLSearchParams): string =>
  (form.get(REASON_FIELD) ?? "").trim().slice(0, LONGEST_REASON);

/** Whether a question asked for a reason, and got none. */
export const whyReasonless = (form: URLSearchParams): boolean =>
  form.has(REASON_FIELD) && reasonIn(form) === "";
