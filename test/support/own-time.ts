/**
 * How long something takes where a test must say that it is quick: in milliseconds in which this process had its turn. On a
 * machine that is busy with others a clock goes on while nothing here can, and such a test would fail by that alone.
 */
export interface OwnTime extends Disposable {
  /** Since it was begun. */
  readonly ms: number;
}

const TICK_MS = 10;
// A tick that comes later was kept from coming: of that time no more is counted.
const MOST_MS = 2 * TICK_MS;

export const ownTime = (): OwnTime => {
  let [ms, last] = [0, performance.now()];
  const tick = () => {
    const now = performance.now();
    ms += Math.min(now - last, MOST_MS);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  return {
    get ms() {
      tick();
      return ms;
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
};
