/** The checks, in the order in which they are told. */
import type { Check } from "./check.ts";
import { QUEUE_PRIORITIES } from "./checks/queue-priorities.ts";
import { REDIS_CONNECTION } from "./checks/redis-connection.ts";
import { REDIS_DURABILITY } from "./checks/redis-durability.ts";

export const ALL_CHECKS: readonly Check[] = [REDIS_CONNECTION, REDIS_DURABILITY, QUEUE_PRIORITIES];
