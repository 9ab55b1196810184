/** The queues, and who serves each: as `tsq queues` has them. */
import { ProcessSet } from "@tsq/core/api";
import { spanText } from "../cli/ages.ts";
import { counted, withCommas } from "../cli/counted.ts";
import { terminalText } from "../cli/terminal-text.ts";
import { hasText, onPage } from "./page.ts";
import type { Wanted } from "./page.ts";
import type { Picture, TopColumn } from "./picture.ts";

const COLUMNS: readonly TopColumn[] = [
  { head: "Queue", cuts: "name" },
  { head: "Size", isNumber: true },
  { head: "Latency", isNumber: true },
  { head: "Served by", isNumber: true },
  { head: "" },
];

export const readQueues = async (of: string, wanted: Wanted): Promise<Picture> => {
  const processes = await new ProcessSet(wanted.api).all();
  const queues = wanted.stats.queues.filter(({ name }) => hasText(name, wanted.filter));
  return {
    of,
    title: `Queues: ${counted(wanted.stats.queues.length, "queue")}, ${counted(wanted.stats.enqueued, "job")}`,
    columns: COLUMNS,
    rows: onPage(queues, wanted).map(({ name, size, latency, paused }) => {
      const served = processes.filter((process) => process.serves(name)).length;
      return {
        key: name,
        cells: [
          terminalText(name),
          withCommas(size),
          spanText(latency * 1_000),
          served === 0 ? "nobody" : withCommas(served),
          paused ? "paused" : "",
        ],
        target: { kind: "queue", name, isPaused: paused },
        ...((paused || (served === 0 && size > 0)) && { tone: "warning" as const }),
      };
    }),
    from: wanted.from,
    total: queues.length,
    none: wanted.filter === "" ? "none: nothing was ever pushed here" : "none with that in its name",
    ...(wanted.filter !== "" && { looked: wanted.stats.queues.length }),
  };
};
