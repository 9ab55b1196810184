/**
 * Writes the tables of docs/options.md that rows say: what each option takes, its default and what it does. It reads the
 * built packages. `--check` fails when the document is not what the rows say.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { API_OPTIONS } from "../packages/core/dist/api/api-connection.js";
import { CLIENT } from "../packages/core/dist/client/client-options.js";
import { CONFIGURATION } from "../packages/core/dist/client/default-client.js";
import { ACTIVE_JOB } from "../packages/active-job/dist/enqueue/app-settings.js";
import { VALUES } from "../packages/active-job/dist/values/settings.js";
import { CAPSULE } from "../packages/worker/dist/options/capsules.js";
import { KEEP } from "../packages/worker/dist/options/keep.js";
import { WORKER } from "../packages/worker/dist/options/worker-options.js";
import { CRON_OPTIONS } from "../packages/cron/dist/cron-options.js";
import { ENTRY_ROWS } from "../packages/cron/dist/entry/definition.js";
import { WEB_OPTIONS } from "../packages/web/dist/web-options.js";
import { EXTRA_ROWS, WORK_ROWS } from "../packages/tsq/dist/config/work-rows.js";

const document = new URL("../docs/options.md", import.meta.url);
const isCheck = process.argv.includes("--check");

const code = (text) => `\`${text}\``;

/** As one would write it in code: `25_000`, `"auto"`, `[]`. */
const literal = (value) =>
  typeof value === "number" && value >= 10_000
    ? String(value).replaceAll(/\B(?=(?:\d{3})+$)/g, "_")
    : JSON.stringify(value);

const defaultOf = ({ isRequired, fallback, usual }, value = fallback) => {
  if (isRequired) return "required";
  const parts = [fallback === undefined ? [] : code(literal(value)), usual ?? []].flat();
  if (parts.length === 0) throw new Error("A row has no default, and no `usual` that says so.");
  return parts.join(", ");
};

/** A file and a flag count in seconds. */
const isScaled = ({ takes, written }) => written !== undefined && takes.startsWith("milliseconds");

const writtenDefault = (row) =>
  [defaultOf(row, isScaled(row) ? row.fallback / 1_000 : row.fallback), ...(row.env ?? []).map(code)].join(
    ", or ",
  );

const line = (cells) => `| ${cells.join(" | ")} |`;

const optionLines = (rows) =>
  Object.entries(rows).map(([name, row]) => line([code(name), row.takes, defaultOf(row), row.tells]));

const changed = Object.fromEntries(
  Object.entries(CONFIGURATION).filter(([name, row]) => CLIENT[name] !== row),
);

const keyLines = () =>
  Object.entries({ ...WORK_ROWS, ...EXTRA_ROWS })
    .filter(([, { yaml }]) => yaml !== undefined)
    .map(([name, row]) =>
      line([
        code(row.yaml),
        row.written?.takes ?? row.takes,
        writtenDefault(row),
        name in WORKER || name in EXTRA_ROWS
          ? `${code(name)}${isScaled(row) ? ", in seconds" : ""}`
          : row.tells,
      ]),
    );

const flagNames = ({ option }) => option.match(/--?[a-z-]+(?=[ ,]|$)/gi) ?? [];

/** Those of one value; what a list or a flag without a row takes is said by hand. */
const flagLine = (row) => {
  const { flag } = row;
  const isSwitch = !flag.option.includes("<");
  const takes = flag.choices?.map(code).join(", ") ?? row.written?.takes ?? row.takes;
  return line([
    flagNames(flag).map(code).join(", "),
    isSwitch ? "nothing" : takes,
    isSwitch ? "off" : flag.choices ? code(row.fallback) : writtenDefault(row),
    flag.tells.replace(/ \(default: .*\)$/, ""),
  ]);
};

const flagLines = (before) => {
  const own = Object.values(WORK_ROWS)
    .filter(({ flag }) => flag && !flag.isList)
    .map((row) => flagLine(row));
  const nameOf = (text) => /`(--[a-z-]+)`/.exec(text)?.[1];
  const missing = own.filter((text) => !before.some((old) => nameOf(old) === nameOf(text)));
  return [...before.map((old) => own.find((text) => nameOf(text) === nameOf(old)) ?? old), ...missing];
};

const TABLES = {
  Worker: () => optionLines(WORKER),
  "A capsule": () => optionLines(CAPSULE),
  "What is kept": () => optionLines(KEEP),
  Client: () => optionLines(CLIENT),
  "configure()": () => optionLines({ ...changed, ...VALUES, ...ACTIVE_JOB }),
  "cron()": () => optionLines(CRON_OPTIONS),
  "A cron entry": () => optionLines(ENTRY_ROWS),
  "createWeb()": () => optionLines(WEB_OPTIONS),
  "The data API": () => optionLines(API_OPTIONS),
  "sidekiq.yml": keyLines,
  "tsq work": flagLines,
};

let text = readFileSync(document, "utf8");
const before = text;
for (const [section, linesOf] of Object.entries(TABLES)) {
  // The first table of the section; its head stays.
  const name = section.replaceAll(/[().]/g, "\\$&");
  const table = new RegExp(`(^## ${name}\\n(?:(?!## |\\|).*\\n)*\\|.*\\n\\|-.*\\n)((?:\\|.*\\n)*)`, "m");
  if (!table.test(text)) throw new Error(`docs/options.md has no table under \`${section}\`.`);
  text = text.replace(
    table,
    (_, head, lines) => `${head}${linesOf(lines.trimEnd().split("\n")).join("\n")}\n`,
  );
}

if (text === before) process.exit();
if (isCheck) {
  console.error(
    "docs/options.md is not what the rows say. Run `npm run build && node scripts/build-option-tables.mjs`.",
  );
  process.exit(1);
}
writeFileSync(document, text);
