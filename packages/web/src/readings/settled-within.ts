/** Waits for work, but not for ever. */

/** Rejects as the work does, if that is while it waits; of what fails later nobody is told here. */
export const settledWithin = async (work: Promise<unknown>, ms: number): Promise<void> => {
  work.catch(() => {});
  if (ms <= 0) return;
  let timer: NodeJS.Timeout | undefined;
  const enough = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await Promise.race([work, enough]);
  } finally {
    clearTimeout(timer);
  }
};
