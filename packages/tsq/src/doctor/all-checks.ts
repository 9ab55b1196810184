/** The checks, in the order in which they are told. */
import type { Check } from "./check.ts";
import { CLASSES } from "./checks/classes.ts";
import { FLEET } from "./checks/fleet.ts";
import { PAYLOADS } from "./checks/payloads.ts";
import { QUEUE_PRIORITIES } from "./checks/queue-priorities.ts";
import { RECORDS_IN_ARGUMENTS } from "./checks/records-in-arguments.ts";
import { REDIS_CONNECTION } from "./checks/redis-connection.ts";
import { REDIS_DURABILITY } from "./checks/redis-durability.ts";

export const ALL_CHECKS: readonly Check[] = [
  REDIS_CONNECTION,
  REDIS_DURABILITY,
  QUEUE_PRIORITIES,
  CLASSES,
  FLEET,
  PAYLOADS,
  RECORDS_IN_ARGUMENTS,
];
