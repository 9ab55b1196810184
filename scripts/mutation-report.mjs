/** The report of the mutation passes (mutate.mjs): what has been run, what survived, and why. */
import { Pass } from "./mutation-pass.mjs";

/** Names a mutant wherever its line is by now. */
export const keyOf = ({ file, mutator, before, after }) => [file, mutator, before, after].join(" | ");

const UNEXPLAINED = {
  passed: "**Not explained yet: a test is missing, or a reason.**",
  unreached: "**Not explained yet: no test runs it.**",
  late: "**Undecided**: a test did not end in time.",
};

const percent = (part, all) => (all === 0 ? "" : `${Math.floor((100 * part) / all)} %`);

/** What is known of one file, in numbers. */
const tally = ({ file, verdicts }, explained) => {
  const count = (isIt) => verdicts.filter(isIt).length;
  const isOpen = (one) => one.ended !== "failed" && !explained[keyOf(one)];
  const run = verdicts.filter(({ ended }) => ended !== undefined);
  return {
    file,
    mutants: verdicts.length,
    run: run.length,
    killed: count(({ ended }) => ended === "failed"),
    explained: run.filter((one) => one.ended !== "failed" && !isOpen(one)).length,
    open: run.filter(isOpen).length,
  };
};

const row = ({ file, mutants, run, killed, explained, open }, name = `\`${file}\``) =>
  `| ${name} | ${mutants} | ${run} | ${killed} | ${explained} | ${open} |`;

const sum = (tallies) =>
  tallies.reduce((all, one) =>
    Object.fromEntries(
      Object.entries(all).map(([key, value]) => [key, key === "file" ? "" : value + one[key]]),
    ),
  );

/** In Markdown. */
export const toReport = ({ pass, files, explained }) => {
  const known = files.map(({ file, mutants }) => ({ file, mutants, found: pass.of(file, mutants) }));
  const judged = known.map(({ file, mutants, found }) => ({
    file,
    verdicts: mutants.map((one) => ({ ...one, ended: Pass.verdict(found, one.id)?.ended })),
  }));
  const tallies = judged.map((one) => tally(one, explained));
  const all = sum(tallies);
  const commits = [...new Set(known.flatMap(({ found }) => found?.at ?? []))];
  const survivors = judged.flatMap(({ verdicts }) =>
    verdicts.filter(({ ended }) => ended && ended !== "failed"),
  );
  const told = survivors.map(
    (one) =>
      `- \`${one.file}:${one.line}\`, ${one.mutator}\n  \`\`\`diff\n  - ${one.before}\n  + ${one.after}\n  \`\`\`\n  ${explained[keyOf(one)] ?? UNEXPLAINED[one.ended]}\n`,
  );
  const touched = tallies.filter(({ run }) => run > 0);
  const untouched = tallies.filter(({ run }) => run === 0);
  return `# The mutation passes

\`node scripts/mutate.mjs\` makes one small mistake at a time and runs the tests that run the line, twelve seconds of
them, those first that run most of the file ([scripts/mutators.mjs](../scripts/mutators.mjs) says which mistakes). Who survives that is run again
with more of them (\`--survivors --seconds 60\`), or with those that somebody names (\`--tests\`). What it finds is kept in
[test/mutations/pass.json](../test/mutations/pass.json), and this file is written from it. **${percent(all.run, all.mutants)} of the
${all.mutants} mutants of \`lua/\` and \`packages/worker/src\` have been run** as these files are now, last at ${commits.length === 1 ? "commit" : "commits"} ${commits.join(", ")}.

| | |
|---|---|
| mutants | ${all.mutants} |
| run | ${all.run} |
| killed | ${all.killed} |
| survived with a reason | ${all.explained} |
| survived without one, or undecided | ${all.open} |

| file | mutants | run | killed | explained | open |
|---|---|---|---|---|---|
${touched.map((one) => row(one)).join("\n")}
${row({ ...sum([{ file: "", mutants: 0, run: 0, killed: 0, explained: 0, open: 0 }, ...untouched]) }, `${untouched.length} further files`)}

## Survivors and undecided

${told.length > 0 ? told.join("\n") : "None.\n"}`;
};
