/** What the buttons of processes do, with the path and fields of Sidekiq::Web. */
import { ProcessSet } from "@tsq/core/api";
import type { ProcessRecord } from "@tsq/core/api";
import { plain } from "../answers.ts";
import type { Route } from "../route.ts";
import type { Visit } from "../visit.ts";

type Order = "quiet" | "stop";

const orderIn = (form: URLSearchParams): Order | undefined =>
  (["quiet", "stop"] as const).find((one) => form.has(one));

const signal: Route = {
  method: "POST",
  path: "/busy",
  asks: ({ form }) => {
    const order = orderIn(form);
    const identity = form.get("identity");
    if (order === undefined) return undefined;
    return identity === null
      ? { action: `fleet.${order}`, subject: {} }
      : { action: `process.${order}`, subject: { identity } };
  },
  answer: async (visit) => {
    const order = orderIn(visit.form);
    if (order === undefined) return visit.done("/busy");
    // A process may have any name, also the empty one: only a form that names none means all.
    const identity = visit.form.get("identity");
    return identity === null ? signalAll(visit, order) : signalOne(visit, order, identity);
  },
};

const signalOne = async (visit: Visit, order: Order, identity: string): Promise<Response> => {
  const why = await visit.permissions.why(`process.${order}`, { identity });
  if (why !== undefined) return plain(why, 403);
  visit.counts(0);
  const process = await new ProcessSet(visit.api).findProcess(identity);
  if (!process) return visit.done("/busy", visit.words.text("said.process_gone"));
  if (process.isEmbedded) {
    return visit.done("/busy", visit.words.text("said.process_embedded", { name: nameOf(process) }));
  }
  await process[order]();
  visit.counts(1);
  return visit.done("/busy", visit.words.text(`said.${order}`, { name: nameOf(process) }));
};

/** All but those that run inside another program, as in Sidekiq::Web. */
const signalAll = async (visit: Visit, order: Order): Promise<Response> => {
  const why = await visit.permissions.why(`fleet.${order}`);
  if (why !== undefined) return plain(why, 403);
  const all = (await new ProcessSet(visit.api).all()).filter(({ isEmbedded }) => !isEmbedded);
  const processes = await allowedOf(visit, order, all);
  await Promise.all(processes.map((process) => process[order]()));
  visit.counts(processes.length);
  return visit.done("/busy", visit.words.text(`said.${order}_all`, { count: processes.length }));
};

/** Those that may be told by themselves as well; each is asked for where there is `authorize`. */
const allowedOf = async ({ permissions }: Visit, order: Order, all: readonly ProcessRecord[]) => {
  if (!permissions.isSelective) return all;
  const may = await Promise.all(
    all.map(({ identity }) => permissions.allows(`process.${order}`, { identity })),
  );
  return all.filter((_, i) => may[i] === true);
};

const nameOf = ({ hostname, pid, identity }: ProcessRecord): string =>
  hostname === "" ? identity : `${hostname}:${pid}`;

export const BUSY_ACTIONS: readonly Route[] = [signal];
