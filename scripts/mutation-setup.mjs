/** In each test process of a mutation pass that asks for it: what each test runs. Hooks and loading have no name. */
import { appendFileSync } from "node:fs";
import { Session } from "node:inspector";
import { relative } from "node:path";
import { afterAll, afterEach, beforeAll, expect } from "vitest";

const out = process.env.MUTATION_REACH;
if (out) {
  globalThis.mutationSession ??= (() => {
    const session = new Session();
    session.connect();
    session.post("Profiler.enable");
    session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
    return session;
  })();
  const take = () => {
    let taken = [];
    globalThis.mutationSession.post(
      "Profiler.takePreciseCoverage",
      (error, answer) => (taken = answer?.result ?? []),
    );
    return taken.filter(({ url }) => /\/packages\/(?:core|cron|worker)\/dist\//.test(url));
  };
  /** From where to where something ran: of the functions, which come from outside in, the later say it better. */
  const ranges = (functions) => {
    const end = Math.max(...functions.map((one) => one.ranges[0].endOffset));
    const ran = new Uint8Array(end + 1);
    for (const one of functions)
      for (const { startOffset, endOffset, count } of one.ranges)
        ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    const made = [];
    for (let at = 0; at <= end; at++) if (ran[at] !== (ran[at - 1] ?? 0)) made.push(at);
    return made;
  };
  // What servers say of the lines of scripts: it comes a moment after the answer.
  let said = "";
  globalThis.mutationHears = (text) => (said += text);
  const linesOfScripts = async () => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const lines = {};
    for (const [, name, line] of said.matchAll(/ ran ([\w-]+) (\d+)\s/g))
      (lines[`lua:${name}`] ??= new Set()).add(Number(line));
    said = "";
    const sorted = (numbers) => [...numbers].sort((a, b) => a - b);
    return Object.fromEntries(
      Object.entries(lines).map(([name, ran]) => [
        name,
        sorted(ran).flatMap((line) => [10 * line, 10 * line + 1]),
      ]),
    );
  };
  let began = performance.now();
  const note = async (name) => {
    const ms = Math.round(performance.now() - began);
    const reach = await linesOfScripts();
    for (const { url, functions } of take()) {
      const made = ranges(functions);
      if (made.length > 0) reach[url.slice(url.indexOf("/packages/") + 1)] = made;
    }
    const file = expect.getState().testPath;
    appendFileSync(out, `${JSON.stringify({ file: relative(process.cwd(), file), name, ms, reach })}\n`);
    began = performance.now();
  };
  beforeAll(() => note(undefined));
  // The first hook comes last: what the test's own hooks run is its own.
  afterEach(({ task }) => note(task.fullTestName ?? task.name));
  afterAll(() => note(undefined));
}
