import { pino } from "pino";
import { expect, test } from "vitest";
import type { Service } from "@tsq/worker";
import { ServiceList } from "../support/inside-worker.ts";
import { ownTime } from "../support/own-time.ts";

const never = (): Promise<void> => new Promise(() => {});

const listing = (services: readonly (Partial<Service> & { readonly name: string })[], limitMs = 3_000) => {
  const steps: string[] = [];
  const reports: string[] = [];
  const warnings: string[] = [];
  const log = pino(
    { level: "warn" },
    { write: (line: string) => warnings.push(JSON.parse(line).msg as string) },
  );
  const list = new ServiceList({
    log,
    report: (error, { context }) => reports.push(`${context}: ${String(error)}`),
    limitMs,
  });
  const step =
    (name: string, verb: "start" | "quiet" | "stop", own: (() => unknown) | undefined) =>
    async (): Promise<void> => {
      steps.push(`${verb} ${name}`);
      await own?.();
      steps.push(`${verb} ${name} ends`);
    };
  for (const { name, start, quiet, stop } of services) {
    const service: Service = { name, start: step(name, "start", start), stop: step(name, "stop", stop) };
    list.add(quiet ? { ...service, quiet: step(name, "quiet", quiet) } : service, `\`${name}\``);
  }
  return { list, steps, reports, warnings };
};

test("services start in their order and stop in reverse, each once the one before is through", async () => {
  const { list, steps } = listing([{ name: "a" }, { name: "b" }]);

  await list.start();
  await list.stop();

  expect(steps).toEqual([
    "start a",
    "start a ends",
    "start b",
    "start b ends",
    "stop b",
    "stop b ends",
    "stop a",
    "stop a ends",
  ]);
});

test("those that want to hear of a quiet do, the last first", async () => {
  const quiet = (): void => {};
  const { list, steps } = listing([{ name: "a", quiet }, { name: "b" }, { name: "c", quiet }]);

  await list.quiet();

  expect(steps).toEqual(["quiet c", "quiet c ends", "quiet a", "quiet a ends"]);
});

test("one that fails is reported with its name, and the others go on", async () => {
  const fails = (): never => {
    throw new Error("no");
  };
  const { list, steps, reports } = listing([
    { name: "a", start: fails, quiet: fails, stop: fails },
    { name: "b", quiet: () => {} },
  ]);

  await list.start();
  await list.quiet();
  await list.stop();

  expect(reports).toEqual(
    ["start", "quiet", "stop"].map((verb) => `Could not ${verb} \`a\`; the worker goes on: Error: no`),
  );
  expect(steps.filter((step) => step.endsWith("ends"))).toEqual([
    "start b ends",
    "quiet b ends",
    "stop b ends",
  ]);
});

test("a start that does not end holds up the next for a limited time, and is told", async () => {
  const { list, steps, warnings } = listing([{ name: "a", start: never }, { name: "b" }], 1);

  await list.start();

  expect(steps).toEqual(["start a", "start b", "start b ends"]);
  expect(warnings).toEqual(["The start of `a` has not ended in time; the worker goes on"]);
});

test("stops that do not end share one limit, and each service is asked", async () => {
  const services = ["a", "b", "c", "d"].map((name) => ({ name, stop: never }));
  const { list, steps } = listing(services, 200);
  using time = ownTime();

  await list.stop();

  expect(time.ms).toBeLessThan(400);
  expect(steps).toEqual(["stop d", "stop c", "stop b", "stop a"]);
});

test("what has not been started when the stop comes never is, and is stopped all the same", async () => {
  let open = (): void => {};
  const { list, steps } = listing([
    { name: "a", start: () => new Promise<void>((resolve) => (open = resolve)) },
    { name: "b" },
  ]);
  const start = list.start();

  const stop = list.stop();
  open();
  await Promise.all([start, stop]);

  expect(steps).not.toContain("start b");
  expect(steps).toContain("stop b ends");
});
