/**
 * Loaded before a worker: it loses jobs, as no worker may. What the checker says of such a run tells whether it would
 * see a real loss. It is loaded by Node itself, which may not know TypeScript: no support module gives it these two.
 */
import { Processor } from "../../packages/worker/dist/run/processor.js";
import { ReliableUnit } from "../../packages/worker/dist/fetch/reliable/reliable-unit.js";

const EACH = 20;

const CARELESS = {
  /** One job of twenty is acknowledged and never run. */
  unrun() {
    const run = Reflect.get(Processor.prototype, "run");
    let jobs = 0;
    Processor.prototype.run = function (units) {
      const isForgotten = units.map(() => ++jobs % EACH === 0);
      run.call(
        this,
        units.filter((_, i) => !isForgotten[i]),
      );
      for (const [i, unit] of units.entries()) if (isForgotten[i]) unit.acknowledge();
    };
  },
  /** What fails is acknowledged and not written into the retry set. */
  failed() {
    const move = Reflect.get(ReliableUnit.prototype, "move");
    ReliableUnit.prototype.move = function (to) {
      if (to.kind !== "set") return move.call(this, to);
      this.acknowledge();
      return Promise.resolve(true);
    };
  },
};

CARELESS[new URL(import.meta.url).searchParams.get("what")]();
