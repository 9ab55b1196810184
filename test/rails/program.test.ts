/** How the run of examples/rails waits for what its programs print. */
import { spawn, type ChildProcess } from "node:child_process";
import { expect, test } from "vitest";

interface Program {
  readonly printed: (pattern: { test: (text: string) => boolean }) => Promise<void>;
  readonly done: () => Promise<string>;
}
interface Module {
  readonly Program: new (name: string, child: ChildProcess) => Program;
}

// In a variable, because TypeScript has no types of the example's own scripts.
const SCRIPT = "../../examples/rails/run/program.mjs";
const { Program } = (await import(SCRIPT)) as Module;

test("what a program prints after it is up is searched no more, and before it line by line", async () => {
  const script = `for (let i = 0; i < 1000; i++) console.log(i === 10 ? "it is up" : "line " + i);`;
  const program = new Program("chatty", spawn(process.execPath, ["-e", script]));
  let searched = 0;
  const pattern = {
    test: (text: string) => {
      searched += text.length;
      return /is up/.test(text);
    },
  };

  await program.printed(pattern);
  await program.done();

  expect(searched).toBeLessThan(200);
});
