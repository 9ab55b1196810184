/**
 * The bytes of one call of enqueue.lua. They are put together here, since ioredis would look at every argument again:
 * that is a quarter of the time of an awaited push, and a fifth of that of a bulk push.
 */
import { Command } from "ioredis";
import { enqueueScript } from "../redis/scripts.gen.ts";
import { QUEUES } from "../wire/keys.ts";
import { argument } from "./parcel.ts";
import type { Parcel } from "./parcel.ts";

/** A command of ioredis whose bytes were written before. What its errors name is without the payloads. */
export class PushCommand extends Command {
  #text: string;

  /** Several commands may leave in one text: then those behind the first have none, and are there for their answers. */
  constructor(name: "evalsha" | "multi", text: string) {
    super(name);
    this.#text = text;
  }

  /** Once: what is sent again gets a command of its own. */
  override toWritable(): string {
    const text = this.#text;
    this.#text = "";
    return text;
  }
}

/** By its digest, or by its text when the server does not know the digest. */
export type ScriptForm = "digest" | "text";

const FORMS: Readonly<Record<ScriptForm, string>> = {
  digest: argument("EVALSHA") + argument(enqueueScript.sha1),
  text: argument("EVAL") + argument(enqueueScript.lua),
};

/** What a slice is called by: which of the two lanes, and its number there. */
export interface SliceNumber {
  readonly lane: number;
  readonly number: number;
}

/** Makes the text of calls that leave their number under one key. */
export class PushWriter {
  readonly #numbersKey: string;
  readonly #key: string;
  readonly #before: string;

  constructor(numbersKey: string) {
    this.#numbersKey = numbersKey;
    this.#key = argument(numbersKey);
    this.#before = this.#key + argument(QUEUES);
  }

  /** Says of an error what was called, as ioredis does of commands that it wrote itself: the keys, and no payload. */
  name(error: Error, parcels: readonly Parcel[]): void {
    const keys = [this.#numbersKey, QUEUES, ...parcels.map(({ key }) => key)];
    Object.assign(error, { command: { name: "evalsha", args: [enqueueScript.sha1, keys.length, ...keys] } });
  }

  /** A call of the script, which looks before it writes. */
  call({ lane, number }: SliceNumber, parcels: readonly Parcel[], form: ScriptForm): string {
    let keys = "";
    let counts = "";
    let values = "";
    let parts = 7 + 2 * parcels.length;
    for (const parcel of parcels) {
      keys += argument(parcel.key);
      counts += argument(String(parcel.values));
      values += parcel.text();
      parts += parcel.values;
    }
    const names = argument(String(2 + parcels.length));
    const called = argument(String(lane)) + argument(String(number));
    return `*${parts}\r\n${FORMS[form]}${names}${this.#before}${keys}${called}${counts}${values}`;
  }

  /** The same as plain commands, which write without looking, and how many answers they get. */
  transaction({ lane, number }: SliceNumber, parcels: readonly Parcel[]): { text: string; answers: number } {
    let names = "";
    let queues = 0;
    let writes = "";
    for (const parcel of parcels) {
      const { queue } = parcel;
      writes += `*${2 + parcel.values}\r\n${queue === undefined ? ZADD : LPUSH}${argument(parcel.key)}${parcel.text()}`;
      if (queue === undefined) continue;
      names += argument(queue);
      queues++;
    }
    const named = queues > 0 ? `*${2 + queues}\r\n${SADD}${names}` : "";
    const numbered =
      `*4\r\n${HSET}${this.#key}${argument(String(lane))}${argument(String(number))}` +
      `*3\r\n${EXPIRE}${this.#key}${KEPT_SECONDS}`;
    const answers = parcels.length + (queues > 0 ? 5 : 4);
    return { text: `${MULTI}${named}${writes}${numbered}${EXEC}`, answers };
  }
}

const MULTI = `*1\r\n${argument("MULTI")}`;
const EXEC = `*1\r\n${argument("EXEC")}`;
const SADD = argument("SADD") + argument(QUEUES);
const LPUSH = argument("LPUSH");
const ZADD = argument("ZADD");
const HSET = argument("HSET");
const EXPIRE = argument("EXPIRE");
/** As in the script. */
const KEPT_SECONDS = argument("3600");
