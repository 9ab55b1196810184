/** A hybrid that gets no connection to be told by: whether Redis tells is not known then, and more connections would make it worse. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommandTap } from "../support/command-tap.ts";
import { eventually } from "../support/eventually.ts";
import { TcpProxy } from "../support/proxy.ts";
import type { Link } from "../support/proxy.ts";
import { named, taken, Watchers } from "../support/watchers.ts";

let proxy: TcpProxy;
/** Whether Redis takes one more connection. */
let admits: () => boolean;
/** What it answers who asks for its limit. */
let limit: string;

beforeEach(async () => {
  proxy = await TcpProxy.listen(watchers.server.port);
  limit = bulk(CLIENTS);
  const admitted = new Set<Link>();
  new CommandTap(proxy).answer((name, [section = ""], link) => {
    if (!admitted.has(link) && admits()) admitted.add(link);
    if (!admitted.has(link)) {
      link.cut();
      return "";
    }
    return name === "info" && section === "clients" ? limit : undefined;
  });
});
afterEach(() => proxy.stop());
// Last, so that its capsules leave while there is a proxy.
const watchers = new Watchers();

const CLIENTS = "# Clients\r\nconnected_clients:100\r\nmaxclients:100\r\n";
const bulk = (text: string): string => `$${text.length}\r\n${text}\r\n`;

const warnings = (): readonly string[] => watchers.workers.messages(40);

/** From now on Redis takes connections again, and the next one of the fetch finds it out. */
const isToldAgain = async (): Promise<void> => {
  admits = () => true;
  proxy.cut();

  await eventually(
    () =>
      expect(watchers.workers.messages()).toContainEqual(
        expect.stringMatching(/^Redis tells of jobs on 4 queues/),
      ),
    { timeoutMs: 20_000 },
  );
  // Of its two heaviest queues, as if nothing had been.
  await eventually(async () => expect(await watchers.workers.connections(" cmd=blmove ")).toHaveLength(2));
  expect(warnings()).toHaveLength(1);
};

test("a hybrid that Redis refuses a connection looks for jobs, says why in one line, and is told as soon as that is possible", async () => {
  // That of the fetch, which is opened first.
  let left = 1;
  admits = () => left-- > 0;
  const one = await watchers.start({ way: "hybrid", queues: named(6), port: proxy.port });

  await eventually(() => expect(warnings()).toHaveLength(1), { timeoutMs: 20_000 });
  expect(warnings()).toEqual([
    expect.stringMatching(
      /^Redis at \S+ cannot be asked to tell of jobs on 4 queues \(no connection could be opened for it; it has all 100 that `maxclients` allows\)\. They are looked at ten times a second until it can\.$/,
    ),
  ]);
  await taken(await watchers.push("q5"), [one]);

  await isToldAgain();
});

test("a hybrid that is refused only the connection by which it is tried looks as well, and has no pad for each queue", async () => {
  // The fetch, two pads and who listens.
  let left = 4;
  admits = () => left-- > 0;

  await watchers.start({ way: "hybrid", queues: named(6), port: proxy.port });

  await eventually(() => expect(warnings()).toHaveLength(1), { timeoutMs: 20_000 });
  expect(warnings()[0]).toMatch(/ cannot be asked to tell of jobs on 4 queues /);
  await isToldAgain();
});

test("one that may not ask for the limit says without it that it gets no connection", async () => {
  limit = "-NOPERM this user has no permissions to run the 'info' command\r\n";
  let left = 1;
  admits = () => left-- > 0;

  await watchers.start({ way: "hybrid", queues: named(6), port: proxy.port });

  await eventually(() => expect(warnings()).toHaveLength(1), { timeoutMs: 20_000 });
  expect(warnings()[0]).toContain(" 4 queues (no connection could be opened for it). They are looked at ");
  await isToldAgain();
});
