/** What a command prints and asks, with and without a terminal. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { Output } from "../support/inside-tsq.ts";

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

  test("hands out every item in its order, of a list or as they come", async () => {
    async function* coming() {
      yield* JIDS;
    }
    for (const items of [JIDS, coming()]) {
      const { streams } = terminal({ isTTY: true });
      const seen: string[] = [];

      for await (const jid of new Output(PEOPLE, streams).progress(items, OF_THREE)) seen.push(jid);

      expect(seen).toEqual(JIDS);
    }
  });

  test("draws a bar on a terminal, within its width, and takes it away", async () => {
    const { streams, written } = terminal({ isTTY: true });

    for await (const _ of new Output(PEOPLE, streams).progress(JIDS, OF_THREE));

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
      for await (const _ of new Output(PEOPLE, streams).progress(JIDS, OF_THREE));
      bars.push(written.stderr.split("\r\u001b[K").find(Boolean));
    }

    expect(bars).toEqual([`Deleting [${"-".repeat(40)}] 0/3`, "Deleting 0/3"]);
  });

  test.for([
    ["in a pipe", { isTTY: false, isJson: false }],
    ["with --json", { isTTY: true, isJson: true }],
  ] as const)("is silent %s", async ([, { isTTY, isJson }]) => {
    const { streams, written } = terminal({ isTTY });

    for await (const _ of new Output({ ...PEOPLE, isJson }, streams).progress(JIDS, OF_THREE));

    expect(written).toEqual({ stdout: "", stderr: "" });
  });

  test("ends at Ctrl-C between two steps, and says how far it came", async () => {
    const { streams, ctrlC } = terminal({ isTTY: false });
    const done: string[] = [];

    const all = (async () => {
      for await (const jid of new Output(PEOPLE, streams).progress(JIDS, OF_THREE)) {
        if (jid === "b") ctrlC();
        done.push(jid);
      }
    })();

    await expect(all).rejects.toMatchObject({
      code: "TSQ_STOPPED",
      message: "Stopped after 2 of 3. Run it again for the rest.",
    });
    expect(done).toEqual(["a", "b"]);
  });

  test("is over when Ctrl-C comes in the last step", async () => {
    const { streams, ctrlC } = terminal({ isTTY: false });

    for await (const jid of new Output(PEOPLE, streams).progress(JIDS, OF_THREE)) if (jid === "c") ctrlC();
  });

  test("with a pace of hours hears Ctrl-C in between", async () => {
    const { streams, ctrlC } = terminal({ isTTY: false });
    const slowly = { ...OF_THREE, perSecond: 0.0001 };

    const all = (async () => {
      for await (const _ of new Output(PEOPLE, streams).progress(JIDS, slowly)) setImmediate(ctrlC);
    })();

    await expect(all).rejects.toMatchObject({ message: "Stopped after 1 of 3. Run it again for the rest." });
  });

  test("leaves a second Ctrl-C to the process, and all of them after its end", async () => {
    const { streams, signals, ctrlC } = terminal({ isTTY: false });
    const heard: number[] = [];

    for await (const jid of new Output(PEOPLE, streams).progress(JIDS, OF_THREE)) {
      heard.push(signals.listenerCount("SIGINT"));
      if (jid === "c") ctrlC();
      heard.push(signals.listenerCount("SIGINT"));
    }

    expect(heard).toEqual([1, 1, 1, 1, 1, 0]);
    for await (const _ of new Output(PEOPLE, streams).progress(JIDS, OF_THREE)) break;
    expect(signals.listenerCount("SIGINT")).toBe(0);
  });

  test("passes on what a step throws, on a clean line", async () => {
    const { streams, written } = terminal({ isTTY: true });

    const all = (async () => {
      for await (const _ of new Output(PEOPLE, streams).progress(JIDS, OF_THREE)) throw new Error("gone");
    })();

    await expect(all).rejects.toThrow("gone");
    expect(written.stderr.endsWith("\r\u001b[K")).toBe(true);
  });
});

test("JSON is one line of standard output", () => {
  const { streams, written } = terminal({ isTTY: false });

  new Output({ ...PEOPLE, isJson: true }, streams).json({ jid: "a\nb" });

  expect(written).toEqual({ stdout: '{"jid":"a\\nb"}\n', stderr: "" });
});
