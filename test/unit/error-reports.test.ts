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
