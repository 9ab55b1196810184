/** Compares where the jobs of the demo are with where they should be. */

/**
 * @param cast what `pushAll` returned
 * @param places what `whereabouts` returned
 * @param runs a Map from the jid to how often the job ran to its end
 * @returns for each kind how many ended where they should, and the others by place
 */
export const judge = (cast, places, runs) =>
  cast.map(({ kind, ends, jids }) => {
    const elsewhere = {};
    let right = 0;
    for (const jid of jids) {
      const place = placeOf(jid, places, runs);
      if (place === ends) right += 1;
      else elsewhere[place] = (elsewhere[place] ?? 0) + 1;
    }
    return { kind, ends, pushed: jids.length, right, elsewhere };
  });

/** `done` is a job that ran to its end once and is nowhere in Redis. */
const placeOf = (jid, places, runs) => {
  const place = places.get(jid);
  const times = runs.get(jid) ?? 0;
  if (times > 1) return `run ${times} times`;
  if (times === 1) return place === undefined ? "done" : `done, yet in ${place}`;
  return place ?? "running";
};

/** How many jobs are where, over all kinds. */
export const countPlaces = (verdicts) => {
  const counts = { done: 0, dead: 0, queue: 0, running: 0, scheduled: 0, retry: 0 };
  for (const { ends, right, elsewhere } of verdicts) {
    counts[ends] += right;
    for (const [place, count] of Object.entries(elsewhere)) counts[place] = (counts[place] ?? 0) + count;
  }
  return counts;
};

export const isAllRight = (verdicts) => verdicts.every(({ pushed, right }) => right === pushed);
