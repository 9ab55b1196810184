/** The flags that every bench takes. */
import { parseArgs } from "node:util";

const COMMON = {
  rounds: { type: "string", text: "how often each contestant runs (default 5; 1 with --quick)" },
  only: {
    type: "string",
    text: "contestants to run: those whose names contain one of these words, by commas",
  },
  "max-noise": {
    type: "string",
    text: "repeat a run when others used more than this share of the machine, such as 0.12",
  },
  quick: { type: "boolean", text: "few jobs and one round: shows that it works, not how fast it is" },
  json: { type: "boolean", text: "the results as JSON on standard output, the table on standard error" },
  help: { type: "boolean", text: "this text" },
};

/**
 * Reads the flags, those of one bench among them. Numbers come as numbers.
 *
 * @param title what the bench shows, for --help
 * @param own `{ name: { type, text, number?, quick? } }`: the defaults of a full and of a quick run
 */
export const readFlags = (title, own = {}) => {
  const known = { ...own, ...COMMON };
  const options = Object.fromEntries(Object.entries(known).map(([name, { type }]) => [name, { type }]));
  const { values } = parse(options);
  if (values.help) {
    console.log(`${title}\n\n${Object.entries(known).map(line).join("\n")}`);
    process.exit(0);
  }
  const flags = { ...values, quick: values.quick ?? false, json: values.json ?? false };
  for (const [name, { number, quick }] of Object.entries({ ...own, rounds: { number: 5, quick: 1 } })) {
    if (number !== undefined)
      flags[name] = numberOf(name, values[name], flags.quick ? (quick ?? number) : number);
  }
  flags.maxNoise = numberOf("max-noise", values["max-noise"], Number.POSITIVE_INFINITY);
  const words = values.only?.split(",");
  flags.isWanted = (name) => words === undefined || words.some((word) => name.includes(word.trim()));
  return flags;
};

const parse = (options) => {
  try {
    return parseArgs({ options });
  } catch (error) {
    console.error(`${error.message} (--help shows the flags)`);
    return process.exit(2);
  }
};

const numberOf = (name, text, byDefault) => {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  console.error(`Expected --${name} to be a number above 0, got \`${text}\`.`);
  return process.exit(2);
};

const line = ([name, { text, number, quick }]) => {
  const defaults =
    number === undefined ? "" : ` (default ${number}${quick === undefined ? "" : `; ${quick} with --quick`})`;
  return `  --${name.padEnd(14)} ${text}${defaults}`;
};
