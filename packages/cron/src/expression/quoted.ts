/** A text of someone else's in a message, on one line and not too long. */
export const quoted = (text: string): string => {
  const line = text.slice(0, 1_000).replace(/\s+/g, " ");
  return `\`${line.length > 80 ? `${line.slice(0, 80)}…` : line}\``;
};
