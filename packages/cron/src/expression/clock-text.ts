/** What the clocks of a zone show, as text. */
import type { Zone } from "./zone.ts";

const WEEKDAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** `Mon 2027-03-29 02:30:00 +02:00`: with the day of the week, which many expressions are about. */
export const clockText = (ms: number, zone: Zone): string => {
  const { offset } = zone.stretchAt(ms);
  const local = new Date(ms + offset);
  return `${WEEKDAYS[local.getUTCDay()]} ${localText(local.getTime())} ${offsetText(offset)}`;
};

/** `2027-03-29 02:30:00`, of what a clock on the wall shows. */
export const localText = (localMs: number): string =>
  new Date(localMs).toISOString().slice(0, 19).replace("T", " ");

const offsetText = (offset: number): string => {
  const minutes = Math.abs(offset) / 60_000;
  const [hours, rest] = [Math.floor(minutes / 60), Math.floor(minutes % 60)];
  return `${offset < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(rest).padStart(2, "0")}`;
};
