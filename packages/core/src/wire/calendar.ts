/** Days as they are written. */

/** Whether `2030-02-28` is a day: `Date.parse()` takes the 31st of February for the 3rd of March. */
export const isDay = (text: string): boolean => {
  const ms = Date.parse(`${text}T00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(`${text}T`);
};
