/** All that an ACL refuses, asked about at once. */
import type { Socket } from "node:net";
import { allLacking, whyUnusable } from "@tsq/core/protocol";
import { afterEach, describe, expect, test } from "vitest";
import { Loopback } from "../../support/loopback.ts";

const NEEDS = ["ping", "multi", "exec", "zcard", "zrange", "zadd", "zrem"];
const noperm = (name: string): string => `NOPERM this user has no permissions to run the '${name}' command`;

let loopback: Loopback | undefined;
const clients = new Set<Socket>();
afterEach(() => loopback?.stop(() => clients.forEach((client) => client.destroy())));

/** The names of the commands in what a client sends: none of these has a name among its arguments. */
const namesIn = (text: string): readonly string[] =>
  [...text.matchAll(/\*\d+\r\n\$\d+\r\n([a-z]+)\r\n/gi)].map(([, name = ""]) => name.toLowerCase());

/** A server of a few words. @param answer to each command, once the ones that came with it are there; undefined for none */
const serve = async (answer: (name: string) => string | undefined): Promise<string> => {
  loopback = await Loopback.listen((client) => {
    clients.add(client);
    let waiting: readonly string[] = [];
    client.on("data", (chunk) => {
      waiting = [...waiting, ...namesIn(chunk.toString())];
      // What is asked about comes as a whole, and is answered as one.
      if (waiting.includes("zcard") && !waiting.includes("zrem")) return;
      for (const name of waiting) {
        const text = answer(name);
        if (text !== undefined) client.write(`${text}\r\n`);
      }
      waiting = [];
    });
  });
  return loopback.url();
};

const refusalOf = (url: string, name: string, text = noperm(name)): Error =>
  whyUnusable(url, Object.assign(new Error(text), { command: { name } }), "");

describe("what lacks", () => {
  test("is asked about in one go: nobody waits for an answer after the other", async () => {
    const url = await serve((name) => (name.startsWith("z") ? `-${noperm(name)}` : "+OK"));

    expect(await allLacking(url, refusalOf(url, "zcard"), NEEDS)).toContain(
      "refuses ZCARD, ZRANGE, ZADD, ZREM to the user `default`. Allow them in the ACL",
    );
  });

  test.each([
    ["the connection", "info", () => undefined],
    ["what is asked about", "zcard", (name: string) => (name.startsWith("z") ? undefined : "+OK")],
  ])(
    "is not known of a server that is silent to %s, and the first message stays",
    async (_, name, answer) => {
      const url = await serve(answer);

      expect(await allLacking(url, refusalOf(url, name), NEEDS)).toBeUndefined();
    },
  );

  test("has in it what was refused, though nobody thought of it, by its name in a script, too", async () => {
    const url = await serve((name) => (/^z(?:add|rem)$/.test(name) ? `-${noperm(name)}` : "+OK"));
    const all = "refuses ZADD, ZREM, RPOP to the user `default`, which may be one that only reads.";

    expect(await allLacking(url, refusalOf(url, "rpop"), NEEDS)).toContain(all);
    expect(await allLacking(url, refusalOf(url, "evalsha", noperm("rpop")), NEEDS)).toContain(all);
    expect(await allLacking(url, refusalOf(url, "rpop"), NEEDS)).toContain(
      "`ACL SETUSER default +zadd +zrem +rpop`",
    );
  });

  test("alone is allowed alone, and whoever may write is not taken for a reader", async () => {
    const url = await serve(() => "+OK");

    expect(await allLacking(url, refusalOf(url, "rpop"), NEEDS)).toMatch(
      /refuses RPOP to the user `default`\. Allow it in the ACL: `ACL SETUSER default \+rpop`; docs/,
    );
  });
});
