/** What a command prints and asks, with and without a terminal. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { Output, steps } from "../support/inside-tsq.ts";

/** Standard streams of a test, what was written to them, and Ctrl-C. */
const terminal = ({ isTTY, columns = 80 }: { readonly isTTY: boolean; readonly columns?: number }) => {
  const written = { stdout: "", stderr: "" };
  const writer = (name: keyof typeof written) => ({
    isTTY,
    columns,
    write: (text: string) => (written[name] += text),
  });
  const stdin = Object.assign(new PassThrough(), { isTTY });
  const signals = new EventEmitter();
  return {
    written,
    stdin,
    signals,
    ctrlC: () => signals.emit("SIGINT"),
    streams: { stdin, stdout: writer("stdout"), stderr: writer("stderr"), signals },
  };
};

test("a sentence and a warning are broken between words on a terminal, and whole in a pipe", () => {
  const text = "12 jobs were deleted.\n  and so they are gone";
  for (const [isTTY, told] of [
    [true, "12 jobs were\ndeleted.\n  and so they\n    are gone\n"],
    [false, `${text}\n`],
  ] as const) {
    const { streams, written } = terminal({ isTTY, columns: 14 });
    const out = new Output(PEOPLE, streams);

    out.say(text);
    out.warn(text);

    expect(written).toEqual({ stdout: told, stderr: told });
  }
});

const PEOPLE = { isJson: false, isConfirmed: false };

describe("a question", () => {
  test.for([
    ["y\n", true],
    ["YES\n", true],
    [" y \n", true],
    ["n\n", false],
    ["\n", false],
    ["yesterday\n", false],
  ] as const)("answered with %j is answered with %s", async ([answer, isYes]) => {
    const { streams, stdin, written } = terminal({ isTTY: true });
    stdin.write(answer);

    expect(await new Output(PEOPLE, streams).confirm("Delete 5 jobs?")).toBe(isYes);

    expect(written).toEqual({ stdout: "", stderr: "Delete 5 jobs? [y/N] " });
  });

  test("left by Ctrl-D is answered with no", async () => {
    const { streams, stdin } = terminal({ isTTY: true });
    stdin.end();

    expect(await new Output(PEOPLE, streams).confirm("Delete 5 jobs?")).toBe(false);
  });

  test("shows what control characters a job's class has", async () => {
    const { streams, stdin, written } = terminal({ isTTY: true });
    stdin.write("n\n");

    await new Output(PEOPLE, streams).confirm("Delete \u001b[2JEvilJob?");

    expect(written.stderr).toContain("Delete \\x1b[2JEvilJob?");
  });

  test("without a terminal is refused, and says which flag answers it", async () => {
    const { streams, written } = terminal({ isTTY: false });

    const asked = new Output(PEOPLE, streams).confirm("Delete 5 jobs?");

    await expect(asked).rejects.toMatchObject({
      code: "TSQ_CONFIG",
      message: "Expected --yes, because there is no terminal to ask `Delete 5 jobs?` on. Pass --yes.",
    });
    expect(written).toEqual({ stdout: "", stderr: "" });
  });

  test("is not asked with --yes, on a terminal or without one", async () => {
    for (const isTTY of [true, false]) {
      const { streams, written } = terminal({ isTTY });

      expect(await new Output({ ...PEOPLE, isConfirmed: true }, streams).confirm("Sure?")).toBe(true);

      expect(written.stderr).toBe("");
    }
  });
});

describe("progress", () => {
  const JIDS = ["a", "b", "c"];
  const OF_THREE = { label: "Deleting", total: 3 };

  /** Does something to each, as a command does. */
  const each = (
    out: Output,
    { act = () => {}, perSecond }: { readonly act?: (jid: string) => void; readonly perSecond?: number } = {},
  ): Promise<void> =>
    out.work(OF_THREE, async (work) => {
      for await (const jid of steps(JIDS, work, perSecond)) act(jid);
    });

  test("hands out every item in its order", async () => {
    const { streams } = terminal({ isTTY: true });
    const seen: string[] = [];

    await each(new Output(PEOPLE, streams), { act: (jid) => seen.push(jid) });

    expect(seen).toEqual(JIDS);
  });

  test("draws a bar on a terminal, within its width, and takes it away", async () => {
    const { streams, written } = terminal({ isTTY: true });

    await each(new Output(PEOPLE, streams));

    expect(written.stdout).toBe("");
    const [bar = ""] = written.stderr.split("\r\u001b[K").filter(Boolean);
    expect(bar).toMatch(/^Deleting \[-+\] 0\/3$/);
    expect(bar.length).toBeLessThan(80);
    expect(written.stderr.endsWith("\r\u001b[K")).toBe(true);
  });

  test("draws a whole bar on a terminal that says it has no columns, and none where it has too few", async () => {
    const bars = [];
    for (const columns of [0, 14]) {
      const { streams, written } = terminal({ isTTY: true, columns });
      await each(new Output(PEOPLE, streams));
      bars.push(written.stderr.split("\r\u001b[K").find(Boolean));
    }

    expect(bars).toEqual([`Deleting [${"-".repeat(40)}] 0/3`, "Deleting 0/3"]);
  });

  test.for([
    ["in a pipe", { isTTY: false, isJson: false }],
    ["with --json", { isTTY: true, isJson: true }],
  ] as const)("is silent %s", async ([, { isTTY, isJson }]) => {
    const { streams, written } = terminal({ isTTY });

    await each(new Output({ ...PEOPLE, isJson }, streams));

    expect(written).toEqual({ stdout: "", stderr: "" });
  });

  test("ends at Ctrl-C between two steps, and says how far it came", async () => {
    const { streams, ctrlC } = terminal({ isTTY: false });
    const done: string[] = [];

    const act = (jid: string): void => {
      if (jid === "b") ctrlC();
      done.push(jid);
    };
    const all = each(new Output(PEOPLE, streams), { act });

    await expect(all).rejects.toMatchObject({
      code: "TSQ_STOPPED",
      message: "Stopped after 2 of 3. Run it again for the rest.",
    });
    expect(done).toEqual(["a", "b"]);
  });

  test("is over when Ctrl-C comes in the last step", async () => {
    const { streams, ctrlC } = terminal({ isTTY: false });

    await each(new Output(PEOPLE, streams), { act: (jid) => void (jid === "c" && ctrlC()) });
  });

  test("with a pace of hours hears Ctrl-C in between", async () => {
    const { streams, ctrlC } = terminal({ isTTY: false });
    const act = (): void => void setImmediate(ctrlC);
    const all = each(new Output(PEOPLE, streams), { act, perSecond: 0.0001 });

    await expect(all).rejects.toMatchObject({ message: "Stopped after 1 of 3. Run it again for the rest." });
  });

  test("leaves a second Ctrl-C to the process, and all of them after its end", async () => {
    const { streams, signals, ctrlC } = terminal({ isTTY: false });
    const heard: number[] = [];

    const act = (jid: string): void => {
      heard.push(signals.listenerCount("SIGINT"));
      if (jid === "c") ctrlC();
      heard.push(signals.listenerCount("SIGINT"));
    };
    await each(new Output(PEOPLE, streams), { act });

    expect(heard).toEqual([1, 1, 1, 1, 1, 0]);
    await each(new Output(PEOPLE, streams));
    expect(signals.listenerCount("SIGINT")).toBe(0);
  });

  test("passes on what a step throws, on a clean line", async () => {
    const { streams, written } = terminal({ isTTY: true });

    const act = (): void => {
      throw new Error("gone");
    };
    const all = each(new Output(PEOPLE, streams), { act });

    await expect(all).rejects.toThrow("gone");
    expect(written.stderr.endsWith("\r\u001b[K")).toBe(true);
  });
});

test("JSON is one line of standard output", () => {
  const { streams, written } = terminal({ isTTY: false });

  new Output({ ...PEOPLE, isJson: true }, streams).json({ jid: "a\nb" });

  expect(written).toEqual({ stdout: '{"jid":"a\\nb"}\n', stderr: "" });
});
