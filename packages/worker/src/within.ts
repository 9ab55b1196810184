/** Waits, but not for ever: what a stop waits for may need a server that is gone. */

/** The result, or undefined when it does not come in time: without Redis nothing may keep a process from ending. */
export const within = async <T>(ms: number, work: Promise<T>): Promise<T | undefined> => {
  let late: NodeJS.Timeout | undefined;
  const limit = new Promise<undefined>((resolve) => (late = setTimeout(resolve, ms, undefined)));
  try {
    return await Promise.race([work.catch(() => undefined), limit]);
  } finally {
    clearTimeout(late);
  }
};
