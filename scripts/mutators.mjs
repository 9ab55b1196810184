/** Small mistakes that a line of TypeScript or Lua can have. Each mutator answers the lines that it makes of one. */

const SWAPS = [
  [" < ", " <= "],
  [" <= ", " < "],
  [" > ", " >= "],
  [" >= ", " > "],
  [" + 1", ""],
  [" - 1", ""],
];

const TS_SWAPS = [
  ...SWAPS,
  [" === ", " !== "],
  [" !== ", " === "],
  [" && ", " || "],
  [" || ", " && "],
  ["= true;", "= false;"],
  ["= false;", "= true;"],
  ["++", "--"],
];

const LUA_SWAPS = [
  ...SWAPS,
  [" == ", " ~= "],
  [" ~= ", " == "],
  [" and ", " or "],
  [" or ", " and "],
  ["'LEFT'", "'RIGHT'"],
  ["'RIGHT'", "'LEFT'"],
  ["RPOP", "LPOP"],
  ["RPUSH", "LPUSH"],
  ["LPUSH", "RPUSH"],
];

/** Each place of a word, one at a time: a line with two `&&` makes two mutants. */
const swapped = (line, swaps) => {
  const made = [];
  for (const [word, other] of swaps) {
    for (let at = line.indexOf(word); at >= 0; at = line.indexOf(word, at + word.length)) {
      const after = line.slice(0, at) + other + line.slice(at + word.length);
      made.push({
        mutator: other ? `\`${other.trim()}\` for \`${word.trim()}\`` : `\`${word.trim()}\` left out`,
        after,
      });
    }
  }
  return made;
};

/** The text between the parenthesis at `from` and its partner; undefined when that is on another line. */
const inParentheses = (line, from) => {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    if (line[at] === "(") depth++;
    if (line[at] === ")" && --depth === 0) return line.slice(from + 1, at);
  }
  return undefined;
};

const TS_GUARD = /^\s*(?:\} else )?if \(.+\) (?:return|continue|throw)\b.*;$/;
const TS_METHOD = /^ {2}(?:async )?#?[a-z]\w*(?:<.+>)?\(.*\)(?:: .+)? \{$/;
const TS_CALL = /^\s*(?:await )?this\.[#\w.]+\(.*\);$/;
/** A line of the log that is not there breaks nothing. */
const TS_LOG = /\.#?log\.(?:debug|info|warn|error)\(/;
const TS_SET = /^\s*(?:this\.[#\w.]+|[a-z]\w*\.[\w.]+) = .*;$/;

/** At one instant of a clock that nobody can wait for. */
const isOfInstant = (line, mutator) => /\.now\(\)/.test(line) && /[<>]=?` for/.test(mutator);

const ofTypeScript = (line) => {
  const made = swapped(line, TS_SWAPS).filter(({ mutator }) => !isOfInstant(line, mutator));
  if (TS_GUARD.test(line)) made.push({ mutator: "a guard left out", after: "" });
  const at = line.search(/\bif \(/);
  const condition = at < 0 ? undefined : inParentheses(line, at + 3);
  if (condition !== undefined)
    made.push({
      mutator: "a condition negated",
      after: line.replace(`(${condition})`, () => `(!(${condition}))`),
    });
  if (TS_CALL.test(line) && !TS_LOG.test(line)) made.push({ mutator: "a call left out", after: "" });
  if (TS_SET.test(line)) made.push({ mutator: "an assignment left out", after: "" });
  if (TS_METHOD.test(line) && !line.includes("constructor(") && !/^ {2}(?:if|for|while|switch) /.test(line))
    made.push({ mutator: "a return at once", after: `${line} return;` });
  return made;
};

const LUA_GUARD = /^\s*if .+ then return .*end$/;
const LUA_CALL = /^\s*(?:if .+ then )?(?:redis\.)?p?call\(.*\)(?: end)?$/;
const LUA_IF = /^(\s*(?:else)?if )(.+)( then\b.*)$/;

const ofLua = (line) => {
  const made = swapped(line, LUA_SWAPS);
  if (LUA_GUARD.test(line)) made.push({ mutator: "a guard left out", after: "" });
  if (LUA_CALL.test(line)) made.push({ mutator: "a command left out", after: "" });
  const [, before, condition, rest] = LUA_IF.exec(line) ?? [];
  if (condition !== undefined)
    made.push({ mutator: "a condition negated", after: `${before}not (${condition})${rest}` });
  return made;
};

const isComment = (line) => /^\s*(?:\/\/|\/?\*|--)/.test(line);

/** All mutants of a file; comments have none, and of a script its header. */
export const mutantsOf = (file, text) => {
  const isLua = file.endsWith(".lua");
  const lines = text.split("\n");
  const first = isLua ? lines.indexOf("]]") + 1 : 0;
  return lines.flatMap((line, i) => {
    if (i < first || isComment(line) || line.startsWith("import ")) return [];
    return (isLua ? ofLua(line) : ofTypeScript(line)).map(({ mutator, after }) => ({
      file,
      line: i + 1,
      mutator,
      before: line.trim(),
      after: after.trim(),
      text: [...lines.slice(0, i), after, ...lines.slice(i + 1)].join("\n"),
    }));
  });
};
