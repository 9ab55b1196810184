/** The report of a mutation pass (mutate.mjs): what was run, what survived, and why. */

/** Names a mutant wherever its line is by now. */
export const keyOf = ({ file, mutator, before, after }) => [file, mutator, before, after].join(" | ");

const UNEXPLAINED = {
  passed: "**Not explained yet: a test is missing, or a reason.**",
  late: "**Undecided**: its tests did not end in time. They may have noticed, or the machine was busy.",
};

/** What a pass has found, in Markdown. */
export const toReport = ({ commit, seed, possible, files, results, seconds }) => {
  const count = (some, how) => some.filter(({ ended }) => ended === how).length;
  const survivors = results.filter(({ ended }) => ended !== "failed");
  const rows = files.map((file) => {
    const own = results.filter((one) => one.file === file);
    return `| \`${file}\` | ${own.length} | ${count(own, "failed")} | ${count(own, "passed")} | ${count(own, "late")} |`;
  });
  const told = survivors.map(
    ({ file, line, mutator, before, after, ended, reason }) =>
      `- \`${file}:${line}\`, ${mutator}\n  \`\`\`diff\n  - ${before}\n  + ${after}\n  \`\`\`\n  ${reason ?? UNEXPLAINED[ended]}\n`,
  );
  return `# The last mutation pass

\`node scripts/mutate.mjs\` makes one small mistake at a time and runs the tests that should notice
([scripts/mutators.mjs](../scripts/mutators.mjs) says which mistakes, [test/mutations/tests.json](../test/mutations/tests.json) which tests).
This file is written by it. **It is a sample**: ${results.length} of the ${possible} mutants of these files, drawn with seed ${seed}
at commit ${commit}, in ${Math.round(seconds / 60)} minutes.

| | |
|---|---|
| mutants run | ${results.length} |
| killed | ${count(results, "failed")} |
| undecided, their tests did not end in time | ${count(results, "late")} |
| survivors | ${count(results, "passed")} |

| file | run | killed | survived | undecided |
|---|---|---|---|---|
${rows.join("\n")}

## Survivors and undecided

${told.length > 0 ? told.join("\n") : "None.\n"}`;
};
