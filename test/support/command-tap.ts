/**
 * Sees each Redis command that passes a proxy, and may answer it in the server's place. A call of enqueue.lua is seen as
 * the commands that it runs, too: see `load()`.
 */
import type { Redis } from "ioredis";
import { enqueueScript } from "./inside-core.ts";
import type { Link, TcpProxy } from "./proxy.ts";
import { endOfReply } from "./resp-reply.ts";

/** A reply such as `-READONLY …\r\n`, or undefined to let the server answer. */
export type AnswerCommand = (name: string, args: readonly string[], link: Link) => string | undefined;

/** One connection: what has arrived in part, and the answers that are owed, in the order of the commands. */
interface Traffic {
  unread: Buffer;
  unheard: Buffer;
  /** Our own answer, or undefined for the server's. */
  readonly owed: (string | undefined)[];
}

export class CommandTap {
  /** Lets the server know enqueue.lua: a call that it does not know would be made, and seen, twice. */
  static async load(redis: Redis): Promise<void> {
    await redis.script("LOAD", enqueueScript.lua);
  }

  readonly #seen: (readonly string[])[] = [];
  readonly #traffic = new WeakMap<Link, Traffic>();
  #answer: AnswerCommand = () => undefined;

  constructor(proxy: TcpProxy) {
    proxy.replace((chunk, from, link) =>
      from === "client" ? this.#read(chunk, link) : this.#hear(chunk, link),
    );
  }

  /** The commands of these names, with their arguments, in the order in which they came. */
  commands(...names: readonly string[]): readonly (readonly string[])[] {
    return this.#seen.filter(([name = ""]) => names.includes(name));
  }

  /** Forgets what it has seen. */
  reset(): void {
    this.#seen.length = 0;
  }

  /** Commands that get an answer never reach the server. The answer comes when all that was asked before has its own. */
  answer(answer: AnswerCommand): void {
    this.#answer = answer;
  }

  #read(chunk: Buffer, link: Link): Buffer | undefined {
    const traffic = this.#of(link);
    let unread = Buffer.concat([traffic.unread, chunk]);
    const passing: Buffer[] = [];
    for (let request = requestOf(unread); request; request = requestOf(unread)) {
      const [name = "", ...args] = request.command;
      this.#seen.push([name.toLowerCase(), ...args], ...runBy(name.toLowerCase(), args));
      const reply = this.#answer(name.toLowerCase(), args, link);
      if (reply === undefined) passing.push(unread.subarray(0, request.length));
      traffic.owed.push(reply);
      unread = unread.subarray(request.length);
    }
    traffic.unread = unread;
    const due = dueOf(traffic.owed);
    if (due !== "") link.answer(due);
    return passing.length > 0 ? Buffer.concat(passing) : undefined;
  }

  #hear(chunk: Buffer, link: Link): Buffer | undefined {
    const traffic = this.#of(link);
    let unheard = Buffer.concat([traffic.unheard, chunk]);
    const passing: Buffer[] = [];
    for (let end = endOfReply(unheard); end !== undefined; end = endOfReply(unheard)) {
      passing.push(unheard.subarray(0, end));
      // What nobody has asked for answers nothing: a message, or the last word of a server.
      if (unheard[0] !== PUSHED) traffic.owed.shift();
      passing.push(Buffer.from(dueOf(traffic.owed)));
      unheard = unheard.subarray(end);
    }
    traffic.unheard = unheard;
    return passing.length > 0 ? Buffer.concat(passing) : undefined;
  }

  #of(link: Link): Traffic {
    const known = this.#traffic.get(link);
    if (known) return known;
    const traffic = { unread: Buffer.alloc(0), unheard: Buffer.alloc(0), owed: [] };
    this.#traffic.set(link, traffic);
    return traffic;
  }
}

const PUSHED = ">".codePointAt(0);

/** Takes our own answers off that are next. */
const dueOf = (owed: (string | undefined)[]): string => {
  let due = "";
  while (owed.length > 0 && owed[0] !== undefined) due += owed.shift();
  return due;
};

/** What a call of enqueue.lua runs, by its header. */
const runBy = (name: string, [script = "", count = "", ...rest]: readonly string[]): string[][] => {
  if (name !== "evalsha" && name !== "eval") return [];
  if (script !== enqueueScript.sha1 && script !== enqueueScript.lua) return [];
  const keys = rest.slice(2, Number(count));
  const counts = rest.slice(Number(count) + 2, Number(count) + 2 + keys.length).map(Number);
  const values = rest.slice(Number(count) + 2 + keys.length);
  const queues = keys.filter((key) => key !== "schedule").map((key) => key.replace("queue:", ""));
  return [
    ...(queues.length > 0 ? [["sadd", "queues", ...queues]] : []),
    ...keys.map((key, i) => [key === "schedule" ? "zadd" : "lpush", key, ...values.splice(0, counts[i])]),
  ];
};

/** The first request in the bytes and its length, or undefined if it has not arrived in full. */
export const requestOf = (bytes: Buffer): { command: readonly string[]; length: number } | undefined => {
  const count = lineAt(bytes, 0, "*");
  if (!count) return undefined;
  const command: string[] = [];
  let at = count.end;
  for (let i = 0; i < count.value; i++) {
    const size = lineAt(bytes, at, "$");
    if (!size || bytes.length < size.end + size.value + 2) return undefined;
    command.push(bytes.toString("utf8", size.end, size.end + size.value));
    at = size.end + size.value + 2;
  }
  return { command, length: at };
};

const lineAt = (bytes: Buffer, at: number, sign: string): { value: number; end: number } | undefined => {
  const end = bytes.indexOf("\r\n", at);
  if (end < 0) return undefined;
  const line = bytes.toString("latin1", at, end);
  if (!line.startsWith(sign)) throw new Error(`Expected a request of RESP, got \`${line}\`.`);
  return { value: Number(line.slice(1)), end: end + 2 };
};
