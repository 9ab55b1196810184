/** Whether Redis is to blame for a failure, and not the page, nor a server that something else has asked. */
import { ClaimUnknownError, isOfRedis, RedisUnusableError } from "@tsq/core/config";

/** Also where it has answered, with an error, or where its answer was lost. */
export const isAway = (error: unknown): error is Error =>
  error instanceof RedisUnusableError ||
  error instanceof ClaimUnknownError ||
  // Of ioredis, which has no class for it; in a transaction no command is rejected with it.
  (error instanceof Error && (error.name === "ReplyError" || isOfRedis(error)));

/** What Redis has answered, where it has; undefined where nobody answers. What an ACL refuses, and silence, have the same class. */
export const answerIn = (error: unknown): Error | undefined => {
  const said = error instanceof RedisUnusableError ? error.cause : error;
  return said instanceof Error && said.name === "ReplyError" ? said : undefined;
};

/** Redis has said it, or an answer was lost that somebody has to look after. */
export const isAnswered = (error: Error): boolean =>
  error instanceof ClaimUnknownError || answerIn(error) !== undefined;
