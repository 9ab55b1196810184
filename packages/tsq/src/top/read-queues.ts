/** The queues, and who serves each: as `tsq queues` has them. */
import { ProcessSet } from "@tsq/core/api";
import { isLate } from "@tsq/core/config";
import type { Goals } from "@tsq/core/config";
import { counted } from "../cli/counted.ts";
import { QUEUE_COLUMNS, queueCells, servedBy } from "../jobs/queue-table.ts";
import { hasText, onPage } from "./page.ts";
import type { Wanted } from "./page.ts";
import type { Picture } from "./picture.ts";

export const readQueues = async (of: string, wanted: Wanted, goals: Goals): Promise<Picture> => {
  const servers = servedBy(await new ProcessSet(wanted.api).all());
  const queues = wanted.stats.queues.filter(({ name }) => hasText(name, wanted.filter));
  return {
    of,
    title: `Queues: ${counted(wanted.stats.queues.length, "queue")}, ${counted(wanted.stats.enqueued, "job")}`,
    columns: QUEUE_COLUMNS,
    rows: onPage(queues, wanted).map((queue) => {
      const { name, size, paused } = queue;
      const served = servers.get(name) ?? 0;
      return {
        key: name,
        cells: queueCells(queue, served),
        target: { kind: "queue", name, isPaused: paused },
        ...((paused || (served === 0 && size > 0) || isLate(queue, goals)) && { tone: "warning" as const }),
      };
    }),
    from: wanted.from,
    total: queues.length,
    none: wanted.filter === "" ? "none: nothing was ever pushed here" : "none with that in its name",
    ...(wanted.filter !== "" && { looked: wanted.stats.queues.length }),
  };
};
