/** A text of someone else's in a message, on one line and not too long. */
export const quoted = (text: string): string => {
  const line = text.replace(/\s+/g, " ");
  return `\`${line.length > 80 ? `${line.slice(0, 80)}…` : line}\``;
};
