/**
 * Loaded before a worker: its wall clock steps by so much, after so long or so long after a TERM. The monotonic
 * clock, and with it every timer, goes on as it does on a machine whose clock is set.
 */
const settings = new URL(import.meta.url).searchParams;
const byMs = Number(settings.get("byMs"));

const step = () => {
  const OwnDate = Date;
  const now = () => OwnDate.now() + byMs;
  globalThis.Date = class extends OwnDate {
    constructor(...args) {
      super(...(args.length === 0 ? [now()] : args));
    }
    static now() {
      return now();
    }
  };
};

if (settings.has("afterMs")) setTimeout(step, Number(settings.get("afterMs"))).unref();
if (settings.has("onTermMs"))
  process.once("SIGTERM", () => setTimeout(step, Number(settings.get("onTermMs"))).unref());
