/** A request of the run to the Rails app, whose error says which one it was and why. */

// A creation takes milliseconds, and a busy machine may take its time; but a request that nobody answers must end.
const GIVE_UP_AFTER_MS = 60_000;

/**
 * @param options as those of `fetch`
 * @param giveUpAfterMs how long the answer may take
 * @throws Error with the method, the URL and all causes, when no answer comes
 */
export const ask = async (url, options = {}, giveUpAfterMs = GIVE_UP_AFTER_MS) => {
  try {
    return await fetch(url, { signal: AbortSignal.timeout(giveUpAfterMs), ...options });
  } catch (error) {
    throw new Error(`${options.method ?? "GET"} ${url} was not answered: ${reasonsOf(error)}`, {
      cause: error,
    });
  }
};

/** `fetch` says only "fetch failed": what happened is in its cause. */
const reasonsOf = (error) => {
  const reasons = [];
  for (let at = error; at !== undefined && at !== null; at = at.cause)
    reasons.push([at.code, at.message || String(at)].filter((part) => part !== undefined).join(" "));
  return reasons.join(": ");
};
