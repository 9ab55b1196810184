/** What may keep a job from starting: who is asked, and what a job does meanwhile. */
import { Chain, defineJob, discard, ShutdownError } from "@tsq/core";
import type { ServerMiddleware } from "@tsq/core";
import { pino } from "pino";
import { describe, expect, test } from "vitest";
import { admissionBy, JobLogger, Processor, WorkState } from "../support/inside-worker.ts";
import type { Ending, ProcessorOptions, UnitOfWork } from "../support/inside-worker.ts";
import { payloadText } from "../support/payload-text.ts";

type Admission = ProcessorOptions["admissions"][number];

const LATE: Ending = { kind: "late" };
const CANCELLED: Ending = { kind: "cancelled" };

describe("who is asked whether a job may start", () => {
  const job = {} as Parameters<Admission>[0];
  const forbidden: Admission = () => {
    throw new Error("Asked although it was decided");
  };

  test("is nobody where nobody asks", () => {
    expect(admissionBy([])).toBeUndefined();
  });

  test("is everybody up to the first that objects, at once where none has to wait", () => {
    const late: Ending = { kind: "verdict", verdict: discard("late") };

    expect(admissionBy([() => undefined, () => late, forbidden])?.(job)).toBe(late);
    expect(admissionBy([() => undefined])?.(job)).toBeUndefined();
    expect(admissionBy([() => undefined, () => undefined])?.(job)).toBeUndefined();
  });

  test.each<[string, Admission]>([
    ["has nothing against it", async () => undefined],
    ["cannot find out", async () => Promise.reject(new Error("Redis is gone"))],
  ])("is whoever stands behind one that waits, and then %s", async (_what, waits) => {
    expect(await admissionBy([waits, () => LATE])?.(job)).toBe(LATE);
    expect(await admissionBy([waits, async () => CANCELLED, forbidden])?.(job)).toBe(CANCELLED);
    expect(await admissionBy([waits, waits, () => undefined])?.(job)).toBeUndefined();
  });

  test("is nobody behind one that waits, and then objects", async () => {
    expect(await admissionBy([async () => CANCELLED, forbidden])?.(job)).toBe(CANCELLED);
  });
});

describe("a job about which somebody is asked", () => {
  /** A processor that has been given one job; what the job and its end do is noted. */
  const asking = () => {
    const seen: string[] = [];
    let answer!: (ending: Ending | undefined) => void;
    let fail!: (error: Error) => void;
    const asked = new Promise<Ending | undefined>((resolve, reject) => ([answer, fail] = [resolve, reject]));
    const job = defineJob("HardJob", () => void seen.push("runs"));
    const work = new WorkState("t");
    const log = pino({ enabled: false });
    const options = {
      jobs: { find: () => job },
      middleware: new Chain<ServerMiddleware>([
        (_, next) => {
          seen.push("middleware");
          return next();
        },
      ]),
      admissions: [() => asked],
      work,
      host: { log, isInterrupted: false, client: () => undefined },
      jobLogger: new JobLogger(log),
      conclusion: { end: (_: unknown, { kind }: Ending) => void seen.push(kind) },
    };
    // Of its parts no more is there than what such a job meets.
    const processor = new Processor(options as unknown as ConstructorParameters<typeof Processor>[0]);
    const unit = { queue: "default", text: payloadText({ class: "HardJob" }) } as UnitOfWork;
    processor.run([unit]);
    return { seen, work, answer, fail };
  };
  const settled = () => new Promise(setImmediate);

  test("holds its place, and runs when there is nothing against it", async () => {
    const { seen, work, answer } = asking();
    await settled();
    expect([seen, work.size]).toEqual([[], 1]);

    answer(undefined);
    await settled();

    expect(seen).toEqual(["middleware", "runs", "returned"]);
  });

  test("does not run when there is", async () => {
    const { seen, answer } = asking();

    answer(CANCELLED);
    await settled();

    expect(seen).toEqual(["cancelled"]);
  });

  test("runs when nobody could find out", async () => {
    const { seen, fail } = asking();

    fail(new Error("Redis is gone"));
    await settled();

    expect(seen).toEqual(["middleware", "runs", "returned"]);
  });

  test("neither runs nor meets any middleware when a stop has taken it away meanwhile", async () => {
    const { seen, work, answer } = asking();

    work.jobs()[0]?.giveAway(new ShutdownError("The worker stops"));
    answer(undefined);
    await settled();

    expect(seen).toEqual(["returned"]);
  });
});
