/** Whose a process is, and which queues it takes jobs from. */

/** tsq's own processes name themselves so in `version`; they follow the fleet and do not decide for it. */
export const OWN_VERSION_PREFIX = "tsq ";

/** Whether a process is one of Ruby, by its `version`: up to Sidekiq 7.0.1 it has none. */
export const isRubyVersion = (version: string | undefined): boolean =>
  version?.startsWith(OWN_VERSION_PREFIX) !== true;

/** Whether a process takes jobs from a queue. One that is quiet takes none any more, whatever its queues are. */
export const serves = (
  { queues, isQuiet }: { readonly queues: readonly string[]; readonly isQuiet: boolean },
  queue: string,
): boolean => !isQuiet && queues.includes(queue);
