/** Two people at two terminals, and a worker that runs jobs: what one does the other sees. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { jidOf } from "../support/failed-jobs.ts";
import { setShell } from "../support/shell.ts";
import { hasTmux, startTmux, testTmux } from "../support/tmux.ts";
import { application, startTsqCommand } from "../support/tsq-command.ts";

testTmux("two terminals that watch");

/** A job that fails until a file is there, and is not tried again by itself while the test goes on. */
const JOBS = `
import { existsSync } from "node:fs";
import { defineJob } from "tsq";

const retryIn = () => 7_200;
export const charge = defineJob("ChargeJob", { retryIn }, () => {
  if (!existsSync(process.env.MENDED)) throw new TypeError("card declined");
});
export const mail = defineJob("MailJob", {}, () => {});
`;

const shell = setShell();

describe.skipIf(!hasTmux())("two terminals", () => {
  /** A worker whose ChargeJob fails until it is mended. */
  const startWorker = async () => {
    const folder = mkdtempSync(join(tmpdir(), "tsq-mended-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const mended = join(folder, "mended");
    const worker = startTsqCommand(["work", "-r", "./jobs.mjs"], {
      cwd: application({ "jobs.mjs": JOBS }),
      env: { REDIS_URL: shell.server.url, MENDED: mended },
    });
    await worker.logged(/^Ready/);
    return { pid: worker.pid, mend: () => writeFileSync(mended, "") };
  };

  const pushed = (name: string, count: number, first = 0) =>
    shell.push(
      "default",
      ...Array.from({ length: count }, (_, i) =>
        JSON.stringify({ class: name, args: [], jid: jidOf(first + i), queue: "default", retry: true }),
      ),
    );

  /** Each once: `top` has that of the chosen row at its foot as well. */
  const jids = (lines: readonly string[]) =>
    [...new Set(lines.flatMap((line) => /\b[\da-f]{24}\b/.exec(line) ?? []))].toSorted((one, other) =>
      one.localeCompare(other),
    );

  test("show the same while jobs run, and what is retried in one leaves the other", async () => {
    const open = startTmux({ REDIS_URL: shell.server.url });
    const worker = await startWorker();
    const top = await open("$TSQ top --interval 0.2", { size: [120, 24] });
    // Ctrl-C ends the command, and not the shell.
    const other = await open("trap : INT; $TSQ retries --watch 0.2; read jid; $TSQ retry $jid; exec cat");
    await top.shows("[Home]");
    await other.shows("none in the retry set");

    await pushed("MailJob", 40);
    await pushed("ChargeJob", 4, 100);
    await top.types("5");
    await top.shows("Retries  1-4 of 4");
    await top.shows(/^ +\d+ +\d+ +0 +0 +4 +0 +0$/m);
    const four = [100, 101, 102, 103].map(jidOf);
    await eventually(async () => expect(jids(await other.screen())).toEqual(four));
    expect(jids(await top.screen())).toEqual(four);
    await top.types("2");
    await top.shows(new RegExp(`:${worker.pid} .* 0 of 5 busy`));

    // One retries in the whole screen.
    worker.mend();
    await top.types("5");
    await top.shows(/^> /m);
    const [first = ""] = jids((await top.screen()).filter((text) => text.startsWith(">")));
    await top.types("R");
    await top.shows("Retry 1 job?");
    await top.types("y");
    await top.shows("1 job was put on queues.");
    const three = four.filter((jid) => jid !== first);
    await eventually(async () => expect(jids(await other.screen())).toEqual(three));
    await top.shows(/^ +\d+ +\d+ +0 +0 +3 +0 +0$/m);

    // The other by a command.
    const [second = ""] = three;
    await other.types("\u0003");
    await other.types(`${second}\r`);
    await other.shows("Retry 1 job? [y/N]");
    await other.types("y\r");
    await other.shows("1 job was put on queues.");
    const two = three.filter((jid) => jid !== second);
    await eventually(async () => expect(jids(await top.screen())).toEqual(two));
    // Both have run, and have not failed again; a worker tells of it every ten seconds.
    await top.shows(/^ +46 +4 +0 +0 +2 +0 +0$/m);
  });
});
