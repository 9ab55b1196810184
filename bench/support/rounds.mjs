/**
 * Runs contestants in turn, round after round, so that a drift of the machine meets all of them, and each round's
 * ratio is one pair. Nobody is always first: the order turns by one each round.
 */
import { busyMicros, ownMicros } from "./machine.mjs";

const RUNS_AT_MOST = 4;

/**
 * A contestant is `{ name, run }`; `run` resolves to a sample, or to `{ missing: why }` when it is not here.
 * Resolves to `{ samples: Map(name → one sample per round), missing: Map(name → why) }`.
 */
export const runRounds = async (contestants, { rounds, maxNoise, tell }) => {
  const samples = new Map(contestants.map(({ name }) => [name, Array(rounds)]));
  const missing = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const [i] of contestants.entries()) {
      const { name, run } = contestants[(i + round) % contestants.length];
      if (missing.has(name)) continue;
      tell(`round ${round + 1}/${rounds}: ${name}`);
      const sample = await quietly(run, { maxNoise, tell });
      if (sample.missing) missing.set(name, sample.missing);
      else samples.get(name)[round] = sample;
    }
  }
  tell(undefined);
  for (const name of missing.keys()) samples.delete(name);
  return { samples, missing };
};

/** A run during which strangers used much of the processors says little: it is repeated, a few times at most. */
const quietly = async (run, { maxNoise, tell }) => {
  for (let attempt = 1; ; attempt++) {
    const sample = await run();
    const isLoud = sample.noise > maxNoise;
    if (!isLoud || attempt === RUNS_AT_MOST) return sample;
    tell(`noise ${Math.round(sample.noise * 100)} %, again`);
  }
};

/**
 * What share of all processors strangers used while `work` ran. `work` resolves to its sample with `ownCpuMicros`,
 * the processor time of what it started; this process's own is added here.
 */
export const withNoise = async (cores, work) => {
  const [startedAt, busy, own] = [performance.now(), busyMicros(), ownMicros()];
  const sample = await work();
  const micros = (performance.now() - startedAt) * 1_000 * cores;
  const others = busyMicros() - busy - (ownMicros() - own) - (sample.ownCpuMicros ?? 0);
  return { ...sample, noise: Math.max(0, others / micros) };
};

/** One field of every sample, in the order of the rounds. */
export const column = (samples, field) =>
  Array.from(samples ?? [], (sample) => sample?.[field] ?? Number.NaN);
