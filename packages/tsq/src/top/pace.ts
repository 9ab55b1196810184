/** How fast jobs end, by how the totals grow while one looks. */

interface Seen {
  readonly atMs: number;
  readonly processed: number;
  readonly failed: number;
}

const MOST = 40;
const BARS = "▁▂▃▄▅▆▇█";

export class Pace {
  #seen: readonly Seen[] = [];

  add(one: Seen): void {
    const last = this.#seen.at(-1);
    // Somebody has set the totals back to 0, or it is another Redis.
    if (last && (one.processed < last.processed || one.failed < last.failed)) this.#seen = [];
    this.#seen = [...this.#seen.slice(-MOST), one];
  }

  /** `12.5 jobs a second, 0.5 of them failed  ▁▂▅▇`. */
  text(): string {
    const rates = this.#seen.slice(1).map((one, i) => {
      const before = this.#seen[i] as Seen;
      const seconds = Math.max(0.001, (one.atMs - before.atMs) / 1_000);
      return {
        processed: (one.processed - before.processed) / seconds,
        failed: (one.failed - before.failed) / seconds,
      };
    });
    const last = rates.at(-1);
    if (!last) return "counting";
    const most = Math.max(...rates.map(({ processed }) => processed));
    const bars = rates.map(
      ({ processed }) => BARS[most === 0 ? 0 : Math.min(7, Math.floor((8 * processed) / most))] ?? "",
    );
    return `${last.processed.toFixed(1)} jobs a second, ${last.failed.toFixed(1)} of them failed  ${bars.join("")}`;
  }
}
