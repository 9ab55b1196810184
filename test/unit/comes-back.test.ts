/** Code of the user's that is waited for: it comes back, or a line says that it does not. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { pino } from "pino";
import { expect, test } from "vitest";
import { COMES_BACK_MODULE as MODULE, comesBack } from "../support/inside-tsq.ts";

const logging = () => {
  const lines: string[] = [];
  return {
    lines,
    log: pino({}, { write: (line: string) => lines.push((JSON.parse(line) as { msg: string }).msg) }),
  };
};

test("what resolves is passed on, and what throws is thrown", async () => {
  const { log } = logging();

  expect(await comesBack(Promise.resolve(7), "it", log)).toBe(7);
  await expect(comesBack(Promise.reject(new Error("no")), "it", log)).rejects.toThrow("no");
});

test("what takes long is named while it does, and given up in one line at last", async () => {
  const { lines, log } = logging();
  const keepsAlive = setInterval(() => {}, 1_000);

  const waiting = comesBack(new Promise(() => {}), "`jobs.ts` to load", log, { warnMs: 1, endMs: 20 });

  await expect(waiting).rejects.toMatchObject({
    code: "TSQ_CONFIG",
    message: "Expected `jobs.ts` to load, waited 0.02 s. Look for an await that never ends.",
  });
  expect(lines).toEqual(["Still waiting for `jobs.ts` to load"]);
  clearInterval(keepsAlive);
});

test("what nothing can make come back does not end the process in silence", async () => {
  const source = `
    import { comesBack } from ${JSON.stringify(MODULE)};
    comesBack(new Promise(() => {}), "it to load", {}).catch((error) => { console.log(error.message); process.exit(7); });
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text));

  expect(await once(child, "close")).toEqual([7, null]);
  expect(output).toMatch(/^Expected it to load, but nothing is left that it could wait for\./);
});
