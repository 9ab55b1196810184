/** Where a worker's own log goes: lines are lost to a disk or a reader that takes none, and to nothing else. */
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { logDestination } from "@tsq/worker";
import { eventually } from "../support/eventually.ts";
import { WORKER_MODULE as WORKER } from "../support/inside-worker.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tsq-log-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A destination that is a file, and what is in that. */
const toFile = (name: string) => {
  const path = join(folder, name);
  const fd = openSync(path, "w");
  return { log: logDestination(fd), written: () => readFileSync(path, "utf8"), close: () => closeSync(fd) };
};

test("the lines of a moment are written together, at its end", async () => {
  const { log, written, close } = toFile("moment.log");

  log.write("one\n");
  log.write("two\n");

  expect(written()).toBe("");
  await eventually(() => expect(written()).toBe("one\ntwo\n"));
  log.write("three\n");
  expect(written()).toBe("one\ntwo\n");
  await eventually(() => expect(written()).toBe("one\ntwo\nthree\n"));
  close();
});

test("what must outlive the next line of code takes along what waits, and what comes after it is written too", async () => {
  const { log, written, close } = toFile("now.log");

  log.write("done\n");
  log.write("start\n");
  log.writeNow();
  expect(written()).toBe("done\nstart\n");
  log.write("done again\n");

  await eventually(() => expect(written()).toBe("done\nstart\ndone again\n"));
  close();
});

test("a moment with very many lines does not keep them all", () => {
  const { log, written, close } = toFile("many.log");

  for (let i = 0; i < 100; i++) log.write(`${"x".repeat(1_023)}\n`);

  expect(written().length).toBeGreaterThan(64 * 1_024);
  close();
});

test.each([
  ["a program that exits at once", `log.write("last words\\n"); process.exit(3)`],
  ["a program that an error ends", `log.write("last words\\n"); throw new Error("no")`],
])("%s has written its lines", async (_, program) => {
  const source = `import { logDestination } from ${JSON.stringify(WORKER)}; const log = logDestination(); ${program}`;

  const ended = promisify(execFile)(process.execPath, ["--input-type=module", "-e", source]);

  await expect(ended).rejects.toMatchObject({ stdout: "last words\n" });
});

test("a reader that is gone costs the lines and nothing else", async () => {
  const source = `
    import { once } from "node:events";
    import { logDestination } from ${JSON.stringify(WORKER)};
    const log = logDestination();
    await once(process, "message");
    log.write("nobody reads this\\n");
    setImmediate(() => { log.write("nor this\\n"); process.disconnect(); });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  const ended = once(child, "exit");

  child.stdout?.destroy();
  child.send("write");

  expect(await ended).toEqual([0, null]);
});

const FULL = "/dev/full";
if (!existsSync(FULL)) console.warn(`Skipped: a full disk, because there is no ${FULL} on this system.`);

test.runIf(existsSync(FULL))("a disk without room costs the lines and nothing else", async () => {
  const log = logDestination(openSync(FULL, "w"));
  const before = process.listenerCount("exit");

  log.write("nobody reads this\n");
  expect(process.listenerCount("exit")).toBe(before + 1);
  // Thrown from a timer, an error would end the process.
  await eventually(() => expect(process.listenerCount("exit")).toBe(before));
});
