/** The order of queues as somebody writes them. */
import { queues } from "@tsq/core/config";
import type { QueueSpec } from "@tsq/worker";
import { queueOrder } from "./inside-worker.ts";

export const orderOf = (specs: readonly QueueSpec[]): ReturnType<typeof queueOrder> =>
  queueOrder(queues().read(specs, { where: "", name: "queues" }));
