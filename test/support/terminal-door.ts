/** A command of the terminal, as somebody gives it who reads what it asks, and types the answer. */
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { BULK, isSwitch, LOW, QUERY } from "./doors.ts";
import type { Answer, Door, Wish } from "./doors.ts";
import { allRefused, COMMANDS, orUnusable, Output } from "./inside-tsq.ts";
import type { CommandContext } from "./inside-tsq.ts";

/** What it prints, and what it is told when it asks. */
class Typist extends Output {
  readonly #said: string[];

  /** @param asked told of all that it asks */
  constructor(said: string[], stdin: NodeJS.ReadableStream, asked: (question: string) => void) {
    let question = "";
    const heard = (text: string): void => {
      // A bar, that is drawn over.
      if (text.startsWith("\r")) return;
      question += text;
      if (ASKS.test(text)) asked(question);
    };
    super(
      { isJson: false, isConfirmed: false },
      {
        stdin,
        stdout: { write: (text: string) => said.push(text) },
        stderr: { isTTY: true, write: heard },
        signals: new EventEmitter(),
      },
    );
    this.#said = said;
  }

  override warn(text: string): void {
    this.#said.push(`${text}\n`);
  }
}

const ASKS = /(?:\[y\/N\]|to go on:) $/;

const yesTo = (question: string): string => /Type (\d+) to go on: $/.exec(question)?.[1] ?? "y";

/** @param url of the Redis, and what goes wrong is told of */
export const terminalDoor =
  (url: string): Door =>
  async (wish, between) => {
    const said: string[] = [];
    const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => {} });
    let answered: Promise<void> = Promise.resolve();
    const out = new Typist(said, stdin, (question) => {
      answered = between(question).finally(() => stdin.end(`${wish.types ?? yesTo(question)}\n`));
    });
    const redis = { url, from: "--redis" };
    const context: CommandContext = { env: {}, out, namedRedis: () => redis, redis: async () => redis };
    const command = await commandOf(wish);
    if (isSwitch(wish)) await between("");
    const { flags, words } = argumentsOf(wish);
    const name = "entry" in wish ? `cron ${wish.verb}` : wish.verb;
    const run = () => command.run(context, flags, ...(words as never[]));
    const answer = await ended(said, run, (error) => allRefused(orUnusable(error, url), context, name));
    await answered;
    return answer;
  };

/** @param told what the program tells an error as */
const ended = async (
  said: readonly string[],
  run: () => unknown,
  told: (error: unknown) => Promise<unknown>,
): Promise<Answer> => {
  try {
    await run();
    return { ended: "well", says: said.join("") };
  } catch (error) {
    return { ended: "wrong", says: [...said, ((await told(error)) as Error).message].join("") };
  }
};

const commandOf = async (wish: Wish) => {
  const cron = COMMANDS.find(({ name }) => name === "cron");
  const commands = "entry" in wish && cron && "commands" in cron ? cron.commands : COMMANDS;
  const spec = commands.find(({ name }) => name === wish.verb);
  if (!spec || !("load" in spec)) throw new Error(`There is no tsq ${wish.verb}.`);
  return spec.load();
};

const argumentsOf = (wish: Wish): { readonly flags: object; readonly words: readonly unknown[] } => {
  if ("queue" in wish) return { flags: {}, words: [wish.queue] };
  if ("identity" in wish) return { flags: {}, words: [wish.identity] };
  if ("entry" in wish) return { flags: {}, words: [wish.entry] };
  const { verb, place, jid, isAnywhere = false } = wish;
  const list = place === "queue" ? `queue:${LOW}` : place;
  const flags = { ...(!isAnywhere && { in: [list] }), ...(verb === "move" && { to: BULK }) };
  if (jid !== undefined) return { flags, words: [[jid]] };
  return { flags: { ...flags, where: QUERY }, words: [[]] };
};
