/** `tsq top` in tmux: what a terminal makes of what it writes, and what is left of it. */
import { describe, expect, test } from "vitest";
import { eventually } from "../support/eventually.ts";
import { fail, jidOf } from "../support/failed-jobs.ts";
import { widthOf } from "../support/inside-tsq.ts";
import { setShell } from "../support/shell.ts";
import { trailOf } from "../support/terminal-redis.ts";
import { hasTmux, startTmux, testTmux } from "../support/tmux.ts";
import type { TmuxTerminal } from "../support/tmux.ts";

testTmux("tsq top in a terminal");

const shell = setShell();
const env = () => ({ REDIS_URL: shell.server.url });

const SHORT = "$TSQ top --interval 0.2";
/** What it reads by itself comes too late to be taken for an answer to a key. */
const STILL = "$TSQ top --interval 3600";

const FIFTY = Array.from({ length: 50 }, (_, i) => ({
  jid: jidOf(i),
  class: i % 2 === 0 ? "Billing::Invoices::CapturePaymentJob" : "Größen::テストジョブ",
  queue: i % 2 === 0 ? "default" : "mailers",
  message: "支払いが拒否されました、もう一度お試しください。".repeat(4),
}));

/** Without what goes on by itself. */
const still = (lines: readonly string[]) =>
  lines.map((line) => line.replace(/\d\d:\d\d:\d\d UTC$/, "UTC").replace(/ in (?:59m|1h ) /, " soon "));

const SIZES = [
  [80, 24],
  [120, 40],
  [60, 15],
] as const;

describe.skipIf(!hasTmux())("in a terminal", () => {
  test.for(SIZES)("of %i columns and %i lines it fills the screen, and nothing beyond it", async (size) => {
    const [columns, rows] = size;
    await fail(shell.redis, FIFTY);
    const top = await startTmux(env())(STILL, { size });
    await top.shows("[Home]");

    for (const [key, title] of [
      "Home",
      "Busy",
      "Queues",
      "Scheduled",
      "Retries",
      "Dead",
      "Metrics",
    ].entries()) {
      await top.types(`${key + 1}`);
      const lines = await top.shows(`[${title}]`);
      expect(lines).toHaveLength(rows);
      expect(lines[0]).toMatch(/^tsq top {2}redis:.* \d\d:\d\d:\d\d UTC$/);
      expect(widthOf(lines[0] ?? "")).toBe(columns);
      expect(lines.at(-1)).toMatch(/^\? help .* q quit$/);
    }
    await top.types("5");
    const lines = await top.shows(`Retries  1-${rows - 10} of 50`);

    const jobs = lines.filter((line) => / (?:default|mailers) /.test(line));
    expect(jobs).toHaveLength(rows - 10);
    expect(new Set(jobs.map((line) => widthOf(line.split(/(?:default|mailers) /)[0] ?? ""))).size).toBe(1);
    expect(jobs.filter((line) => widthOf(line) > columns)).toEqual([]);
    await top.types("?");
    expect((await top.shows("Key             Action"))[0]).toMatch(/^tsq top /);
  });

  test("of another size than a moment ago it is what one is that was started in it", async () => {
    await fail(shell.redis, FIFTY);
    const open = startTmux(env());
    const top = await open(STILL);
    await top.shows("[Home]");
    await top.types("5");
    await top.shows("1-14 of 50");

    for (const size of [SIZES[1], SIZES[2], SIZES[0]]) {
      const other = await open(STILL, { size });
      await other.shows("[Home]");
      await other.types("5");
      await other.shows(`1-${size[1] - 10} of 50`);
      await top.resize(40, 10);
      await top.shows("40x10 is too small:");
      await top.resize(size[0], size[1]);
      await top.shows(`1-${size[1] - 10} of 50`);
      await eventually(async () => expect(still(await top.screen())).toEqual(still(await other.screen())));
    }
  });
});

/** Lines of a shell before and behind it, and the modes of the terminal. */
const within = (command: string): string =>
  `seq 1 6; stty -g; ${command}; echo "[ended $?]"; stty -g; exec cat`;

/** Of the cursor, wrapping, the screen, keys and the mouse. */
const MODES =
  "#{cursor_flag} #{wrap_flag} #{alternate_on} #{insert_flag} #{origin_flag} #{keypad_cursor_flag} #{keypad_flag} #{mouse_any_flag} #{scroll_region_upper} #{scroll_region_lower}";

const FAULT = `data:text/javascript,${encodeURIComponent('process.on("SIGUSR2", () => { throw new TypeError("a fault") })')}`;

const signal = (name: NodeJS.Signals) => async (top: TmuxTerminal) =>
  void process.kill(await top.node(), name);

describe.skipIf(!hasTmux())("a terminal is left as it was", () => {
  const expectAsItWas = async (top: TmuxTerminal, code: number | string): Promise<void> => {
    const lines = await top.shows(/\[ended \d+\]\n[\da-f]+:[\da-f:]+/);
    expect(lines.slice(0, 6)).toEqual(["1", "2", "3", "4", "5", "6"]);
    const at = lines.findIndex((line) => line.startsWith("[ended"));
    const modes = lines.filter((line) => /^[\da-f]+(?::[\da-f]+){10,}/.test(line));
    expect(modes.length).toBeGreaterThanOrEqual(2);
    expect(new Set(modes)).toHaveProperty("size", 1);
    expect(lines[at]).toBe(`[ended ${code}]`);
    expect(await top.says(MODES)).toBe("1 1 0 0 0 0 0 0 0 23");
    expect(await top.colours()).not.toContain("\u001b[");
    // Text that is pasted has no marks around it any more.
    await top.pastes("pasted");
    await top.shows(/^pasted$/m);
  };

  test.for([
    ["by q", (top: TmuxTerminal) => top.types("q"), 0],
    ["by Ctrl-C", (top: TmuxTerminal) => top.types("\u0003"), 0],
    ["by q in the help", (top: TmuxTerminal) => top.types("?q"), 0],
    ["by TERM", signal("SIGTERM"), 143],
    ["by HUP", signal("SIGHUP"), 129],
    ["by INT from elsewhere", signal("SIGINT"), 130],
    ["by QUIT", signal("SIGQUIT"), 131],
    ["by an error that nobody has expected", signal("SIGUSR2"), 1],
  ] as const)("%s", async ([, end, code]) => {
    await fail(shell.redis, FIFTY);
    const open = startTmux({ ...env(), NODE_OPTIONS: `--import=${FAULT}` });
    const top = await open(within(`ulimit -c 0; ${SHORT}`));
    await top.shows("[Home]");
    await top.types("5jj");
    await top.shows(/^> /m);

    await end(top);

    await expectAsItWas(top, code);
  });

  test("by the end of its input, while the screen is there", async () => {
    const open = startTmux(env());
    const input = await open("exec tail -f /dev/null");
    const top = await open(within(`${SHORT} < ${await input.tty()}`));
    await top.shows("[Home]");
    await input.types("5");
    await top.shows("[Retries]");

    await input.hangUp();

    await expectAsItWas(top, 129);
  });

  test("and where it goes away in the midst of work, what was done by then is in the audit trail", async () => {
    const jobs = 30_000;
    await fail(
      shell.redis,
      Array.from({ length: jobs }, (_, i) => ({ jid: jidOf(i) })),
    );
    const top = await startTmux(env())(SHORT);
    await top.shows("[Home]");
    await top.types("5");
    await top.shows("1-14 of 30,000");
    await top.types("AAD");
    await top.shows("Type 30000 and Enter to go on:");
    await top.types("30000\r");
    await top.shows(/^\[.*\] [\d,]+ of 30,000$/m);
    const node = await top.node();

    await top.hangUp();

    await eventually(() => expect(() => process.kill(node, 0)).toThrow("ESRCH"));
    const left = await shell.redis.zcard("retry");
    expect(left).toBeGreaterThan(0);
    expect(await trailOf(shell.redis)).toMatchObject({ action: "set.delete", count: `${jobs - left}` });
  });

  test("by Ctrl-Z for as long as the shell has it, and by q then", async () => {
    const lines = `seq 1 6; stty -g; ${SHORT}; echo "[stopped]"; stty -g; read go; fg; echo "[ended $?]"; stty -g; exec cat`;
    const top = await startTmux(env())(lines, { shell: ["bash", "--norc", "-mc"] });
    await top.shows("[Home]");

    await top.types("\u001a");
    const there = await top.shows(/\[stopped\]\n[\da-f]+:/);
    expect(there.slice(0, 6)).toEqual(["1", "2", "3", "4", "5", "6"]);
    expect(await top.says(MODES)).toBe("1 1 0 0 0 0 0 0 0 23");
    await top.types("\r");
    await top.shows("[Home]");
    expect((await top.screen()).join("\n")).not.toContain("[stopped]");
    await top.types("q");

    await expectAsItWas(top, 0);
  });

  test("also where it never came to its screen", async () => {
    const top = await startTmux({ REDIS_URL: "redis://127.0.0.1:1" })(within(`${SHORT} --interval none`));

    await expectAsItWas(top, 1);
  });
});

const ESC = "\u001b";

describe.skipIf(!hasTmux())("what comes in two pieces", () => {
  test("is the key that it is", async () => {
    const top = await startTmux(env())(STILL);
    await top.shows("[Home]");

    await top.types(ESC);
    await top.types("[C");

    await top.shows("[Busy]");
  });

  test("is that key as well when the second is late", async () => {
    await fail(shell.redis, FIFTY);
    const top = await startTmux(env())(STILL);
    await top.shows("[Home]");
    await top.types("5");
    await top.shows("1-14 of 50");
    await top.types("x");
    await top.shows("1 ticked");

    await top.types(ESC);
    // It has been taken for the key Esc by now.
    await eventually(async () => expect((await top.screen()).join("\n")).not.toContain("ticked"));
    // Its C alone would ask to cancel a job.
    await top.types("[C");

    await top.shows("[Dead]");
    expect((await top.screen()).join("\n")).not.toContain("?\n");
  });

  test.for([
    ["its beginning", ESC, "[200~qDy", `${ESC}[201~`],
    ["its text", `${ESC}[200~q`, "Dy", `${ESC}[201~`],
    ["its end", `${ESC}[200~qDy`, ESC, "[201~"],
  ])("is a paste, which is no command, also where it is cut in %s", async ([, ...pieces]) => {
    await fail(shell.redis, FIFTY);
    const top = await startTmux(env())(STILL);
    await top.shows("[Home]");
    await top.types("5");
    await top.shows("1-14 of 50");
    await top.types("x");
    await top.shows("1 ticked");

    for (const piece of pieces) await top.types(piece);
    await top.types("6");

    await top.shows("[Dead]");
    expect(await shell.redis.zcard("retry")).toBe(50);
  });

  test("is a paste as well when the rest of its beginning is late", async () => {
    await fail(shell.redis, FIFTY);
    const top = await startTmux(env())(STILL);
    await top.shows("[Home]");
    await top.types("5");
    await top.shows("1-14 of 50");
    await top.types("x");
    await top.shows("1 ticked");

    await top.types(ESC);
    await eventually(async () => expect((await top.screen()).join("\n")).not.toContain("ticked"));
    await top.types(`[200~qDy${ESC}[201~6`);

    await top.shows("[Dead]");
    expect(await shell.redis.zcard("retry")).toBe(50);
  });

  test("of tmux's own paste into a filter is its text, and begins nothing", async () => {
    await fail(shell.redis, FIFTY);
    const top = await startTmux(env())(STILL);
    await top.shows("[Home]");
    await top.types("5/");
    await top.shows("Enter looks");

    await top.pastes("class:Größen::テストジョブ");

    await top.shows(/^\/class:Größen::テストジョブ_$/m);
    await top.types("\r");
    await top.shows("filter  class:Größen::テストジョブ");
  });
});
