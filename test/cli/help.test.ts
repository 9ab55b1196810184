import { describe, expect, test } from "vitest";
import { tsq } from "../support/tsq-command.ts";

describe("the command explains itself", () => {
  test("--help names every command", async () => {
    const { code, stdout } = await tsq(["--help"]);

    expect(code).toBe(0);
    expect(stdout).toContain("\nExit codes: 0 done; 1 ");
    for (const command of ["work", "push", "dev", "stats", "cron", "doctor", "retries", "retry"])
      expect(stdout).toMatch(new RegExp(`^  ${command} `, "m"));
    const headings = stdout.match(/^[A-Z][a-z ]+:$/gm);
    expect(headings).toEqual(["Options:", "Run:", "Look:", "Repair:", "Operate:"]);
    expect(stdout).toMatch(/^Repair:\n {2}retry [^]*^Operate:\n {2}cron /m);
    expect(stdout).toContain("A job has failed?\n  tsq errors ");
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test.for([
    [
      "work",
      "tsq work -r ./jobs.ts",
      "QUIT and USR2 stop it",
      "INT once more (Ctrl-C) hands back at once",
      "--redis <url>",
      "sidekiq.yml",
    ],
    ["push", `tsq push SendWelcomeJob '[42, "hello"]'`, "--retry <n>", "JSON array", "ISO 8601"],
    ["dev", "embedded Valkey", "never replaced", "--no-watch", ".tsq/"],
    ["doctor", "tsq doctor --only queue-priorities", "Exit codes: 0 when", "--skip <id>"],
    ["top", "--interval <seconds>", "K kill", "q, Ctrl-C quit", "tsq stats --watch", "class:HardJob"],
    ["stats", "--json", "--redis <url>", "REDIS_URL"],
  ])("--help of %s teaches by example", async ([command = "", ...texts]) => {
    const { code, stdout } = await tsq([command, "--help"]);

    expect(code).toBe(0);
    for (const text of texts) expect(stdout.replace(/\s+/g, " ")).toContain(text);
    expect(stdout.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("--version prints the version alone", async () => {
    const { code, stdout } = await tsq(["--version"]);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\S*\n$/);
  });

  test("without a command it shows the help and fails", async () => {
    const { code, stderr } = await tsq([]);

    expect(code).toBe(1);
    expect(stderr).toContain("Usage: tsq");
  });

  test.for([
    [["wrok"], "tsq: unknown command 'wrok'"],
    [["work", "--quue", "x"], "tsq: unknown option '--quue'"],
    [["work", "-c"], "tsq: option '-c, --concurrency <n>' argument missing"],
    [["work", "--fetch", "best"], "tsq: option '--fetch <kind>' argument 'best' is invalid"],
    [["push"], "tsq: missing required argument 'class'"],
    [["push", "A", "[]", "more"], "tsq: too many arguments"],
    [
      ["cron", "next", "30", "2", "*", "*", "*"],
      "Expected 1 argument but got 5. Quote the expression: tsq cron next '30 2 * * *'.\n",
    ],
    [["retries", "card"], "What to look for stands behind --where: tsq retries --where card. tsq jobs QUERY"],
    [["dead", "it's", "up"], String.raw`tsq dead --where 'it'\''s up'.`],
    [
      ["errors", "card declined"],
      "What to look for stands behind --where: tsq errors --where 'card declined'.",
    ],
    [["queue", "low", "card"], "tsq queue low --where card.\n"],
  ] as const)("%j is refused with where to read more", async ([args, message]) => {
    const { code, stderr, stdout } = await tsq([...args]);

    expect(code).toBe(1);
    expect(stdout).toBe("");
    expect(stderr).toContain(message);
    expect(stderr).toContain("--help");
  });
});
