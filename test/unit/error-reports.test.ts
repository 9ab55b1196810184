/** What a worker logs of commands that are refused while it stops. */
import { pino } from "pino";
import { expect, test } from "vitest";
import { ErrorReports } from "../support/inside-worker.ts";

test("each refusal has one line, however often it comes and whatever comes between", () => {
  const told: unknown[] = [];
  const reports = new ErrorReports(
    pino({ level: "silent" }),
    [(error) => told.push(String(error))],
    "redis://localhost",
  );

  for (const message of ["ERR a", "OOM b", "ERR a", "OOM b"]) reports.hindered(new Error(message));

  expect(told).toEqual(["Error: ERR a", "Error: OOM b"]);
});

test("a refusal may be what no text can be made of", () => {
  const told: unknown[] = [];
  const reports = new ErrorReports(
    pino({ level: "silent" }),
    [(error) => told.push(error)],
    "redis://localhost",
  );
  const odd: unknown = Object.create(null);

  reports.hindered(odd);

  expect(told).toEqual([odd]);
});

test("an error handler's promise of any kind that rejects is told, and ends no process when the log throws as well", async () => {
  const unhandled: unknown[] = [];
  const seen = (error: unknown): void => void unhandled.push(error);
  process.on("unhandledRejection", seen);
  const lines: string[] = [];
  const log = pino(
    {},
    {
      write: (line: string) => {
        lines.push(line);
        throw new Error("disk full");
      },
    },
  );
  const thenables = [
    Promise.reject(new Error("of our own")),
    // oxlint-disable-next-line unicorn/no-thenable
    { then: (_: unknown, reject: (error: Error) => void) => reject(new Error("of a library")) },
  ];
  const reports = new ErrorReports(
    log,
    thenables.map((thenable) => () => thenable),
    "redis://localhost",
  );

  reports.tell(new Error("boom"), { context: "test" });
  await new Promise(setImmediate);

  process.off("unhandledRejection", seen);
  expect(lines).toEqual([expect.stringContaining("of our own"), expect.stringContaining("of a library")]);
  expect(unhandled).toEqual([]);
});
