/** Whether Redis is to blame for a failure, and not the page. */
import { RedisUnusableError } from "@tsq/core";

// Of ioredis, which has no classes for them.
const AWAY = /^(?:MaxRetriesPerRequestError|ReplyError|AbortError)$/;
const LOST = /^(?:Connection is closed|Command aborted|Stream isn't writeable)/;

/** Also where it has answered, with an error. */
export const isAway = (error: unknown): error is Error =>
  error instanceof RedisUnusableError ||
  (error instanceof Error && (AWAY.test(error.name) || LOST.test(error.message) || "syscall" in error));
