/** Prints what was measured: a table and the goals for people, or JSON for programs; progress on standard error. */
import Table from "cli-table3";
import { loadavg } from "node:os";

/** A progress line on a terminal, one line each elsewhere; undefined takes it away. */
export const tell = (text) => {
  const { stderr } = process;
  if (stderr.isTTY) stderr.write(`\r\u001b[2K${text ?? ""}`);
  else if (text) stderr.write(`${text}\n`);
};

/**
 * @param report `{ bench, machine, settings, tables: [{ title, columns, rows }], goals, missing, samples }`
 *   rows hold texts, or numbers that are shown as they are in JSON
 */
export const print = (report, { json }) => {
  const whole = { ...report, machine: { ...report.machine, loadAfter: loadavg()[0] } };
  const write = json ? (text) => process.stderr.write(`${text}\n`) : (text) => console.log(text);
  write(`\n${headline(whole)}\n`);
  for (const { title, columns, rows } of whole.tables) write(`${title}\n${tableOf(columns, rows)}\n`);
  for (const [name, why] of Object.entries(whole.missing ?? {})) write(`not here: ${name} (${why})`);
  for (const goal of whole.goals ?? []) write(goalLine(goal));
  if (json) console.log(JSON.stringify(whole, undefined, 2));
};

const headline = ({ bench, machine, settings }) => {
  const { processor, cores, memoryGB, system, node, server, loadBefore, loadAfter } = machine;
  const shown = Object.entries(settings).map(([name, value]) => `${name} ${value}`);
  return [
    `${bench}: ${shown.join(", ")}`,
    `${cores} × ${processor}, ${memoryGB} GB, ${system}; Node ${node}, ${server}; load ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after`,
  ].join("\n");
};

const tableOf = (columns, rows) => {
  const aligns = columns.map((_, i) => (i === 0 ? "left" : "right"));
  const table = new Table({ head: columns, colAligns: aligns, style: { head: [], border: [] } });
  table.push(...rows.map((row) => row.map((cell) => cell ?? "–")));
  return table.toString();
};

/** A goal is `{ what, wanted, value }`, and `isAtMost` when less is better. A bench never fails for missing one. */
const goalLine = ({ what, wanted, value, isAtMost = false, unit = "" }) => {
  const target = `${isAtMost ? "≤" : "≥"} ${wanted}${unit}`;
  if (value === undefined || Number.isNaN(value)) return `  ?  ${what}: ${target}, not measured`;
  const isReached = isAtMost ? value <= wanted : value >= wanted;
  return `${isReached ? "  ✔ " : "  ✘ "} ${what}: ${target}, is ${digits(value)}${unit}`;
};

/** Three significant digits or whole numbers: the machine is not steadier than that. */
export const digits = (value) => {
  if (value === undefined || !Number.isFinite(value)) return "–";
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString("en-US")
    : String(Number(value.toPrecision(3)));
};

export const spread = ({ median, min, max }) => `${digits(median)} [${digits(min)}…${digits(max)}]`;

export const times = (ratio) => (ratio === undefined ? "–" : `${spread(ratio)} ×`);
