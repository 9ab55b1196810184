import { expect, test } from "vitest";
import { auditCsv } from "../../support/inside-web.ts";

const entry = (reason: string) => ({
  id: "1-0",
  at: new Date(0),
  user: "ana",
  role: "admin",
  action: "job.retry",
  outcome: "done" as const,
  count: 3,
  subject: "retry",
  reason,
  note: "",
});
const reasonIn = (reason: string): string =>
  auditCsv([entry(reason)])
    .split("\r\n")[1]
    ?.split(",")[7] ?? "";

test("the file has a line of names, and a line for each entry", () => {
  expect(auditCsv([entry("x")])).toBe(
    'at,user,role,action,outcome,count,subject,reason,note\r\n"1970-01-01T00:00:00.000Z","ana","admin","job.retry","done",3,"retry","x",""\r\n',
  );
});

test.for(["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])("%j is no formula to a spreadsheet", (text) => {
  expect(reasonIn(text)).toMatch(/^"['\\]/);
});

test("a quotation mark ends no cell, and what cannot be seen is shown", () => {
  expect(reasonIn('a"b')).toBe('"a""b"');
  expect(reasonIn("a\u202eb")).toBe(String.raw`"a\u202eb"`);
});
