/** Arguments that somebody changes after the call: what is written is what was given. */
import { activeJob, defineActiveJob } from "@tsq/active-job";
import { Client, configure, defineJob, float, remoteJob } from "@tsq/core";
import type { ClientMiddleware, StandardSchema } from "@tsq/core";
import { parseArgs } from "@tsq/core/protocol";
import { pino } from "pino";
import { beforeEach, describe, expect, test } from "vitest";
import { gate } from "../support/gate.ts";
import { NotingTransport } from "../support/noting-transport.ts";

let transport: NotingTransport;
beforeEach(() => {
  transport = new NotingTransport();
});

/** What was written of the arguments. */
const written = (): string => {
  const [text = "null"] = transport.queues["default"] ?? [];
  return /"args":(\[.*\]),"(?:class|jid)"/.exec(text)?.[1] ?? text;
};

/** Arguments, and their change while a push waits. */
const changing = () => {
  const ids = [1, [2]];
  const user = { name: "Ada", more: { tags: ["a"] } };
  const change = (): void => {
    ids.push(3);
    (ids[1] as number[]).push(4);
    user.name = "Bob";
    user.more.tags.length = 0;
  };
  return { args: [ids, user] as [typeof ids, typeof user], change };
};
const GIVEN = '[[1,[2]],{"name":"Ada","more":{"tags":["a"]}}]';

/** A client whose middleware waits, and what lets it go on. */
const waiting = (): { readonly client: Client; readonly open: () => void } => {
  const { opened, open } = gate();
  const middleware: ClientMiddleware = async (_, next) => {
    await opened;
    await next();
  };
  return { client: new Client({ transport, middleware: [middleware] }), open: () => open() };
};

describe("do not reach the payload", () => {
  test.each<
    readonly [string, (client: Client, args: ReturnType<typeof changing>["args"]) => Promise<unknown>]
  >([
    ["performAsync()", (client, args) => remoteJob<typeof args>("MyJob", { client }).performAsync(...args)],
    ["client.push()", (client, args) => client.push({ class: "MyJob", args })],
  ])("of %s, while a middleware waits", async (_, push) => {
    const { client, open } = waiting();
    const { args, change } = changing();

    const pushed = push(client, args);
    change();
    open();
    await pushed;

    expect(written()).toBe(GIVEN);
  });

  test("of performAsync(), while it is looked who is alive", async () => {
    const { opened, open } = gate();
    transport.wire = opened.then(() => 8);
    const client = new Client({ transport });
    const { args, change } = changing();

    const pushed = remoteJob<typeof args>("MyJob", { client }).performAsync(...args);
    change();
    open();
    await pushed;

    expect(written()).toBe(GIVEN);
  });

  test.each(["middleware", "schema"])("of performInline(), while a %s waits", async (what) => {
    configure({ logger: pino({ level: "silent" }) });
    const { client, open } = waiting();
    const { args, change } = changing();
    const { opened, open: check } = gate();
    const schema: StandardSchema<typeof args> = {
      "~standard": {
        version: 1,
        vendor: "test",
        validate: async (value) => {
          await opened;
          return { value: value as typeof args };
        },
      },
    };
    const seen: unknown[] = [];
    const handler = (_: unknown, ...all: typeof args): void => void seen.push(all);
    const job =
      what === "schema"
        ? defineJob("MyJob", { client, args: schema }, handler)
        : defineJob("MyJob", { client }, handler);

    const ran = job.performInline(...args);
    change();
    check();
    open();
    await ran;

    expect(JSON.stringify(seen[0])).toBe(GIVEN);
  });

  test.each(["middleware", "callback", "look at who is alive"])(
    "of performLater(), while a %s waits",
    async (what) => {
      const { opened, open: go } = gate();
      const { client, open } =
        what === "middleware" ? waiting() : { client: new Client({ transport }), open: go };
      if (what.startsWith("look")) transport.alive = opened.then(() => new Set([8]));
      const { args, change } = changing();
      const aroundEnqueue = async (_: unknown, next: () => Promise<void>): Promise<void> => {
        await opened;
        await next();
      };
      const job = activeJob<typeof args>("MyAj", {
        client,
        ...(what === "callback" ? { aroundEnqueue } : {}),
      });

      const pushed = job.performLater(...args);
      change();
      open();
      await pushed;

      expect(written()).toContain(
        '"arguments":[[1,[2]],{"name":"Ada","more":{"tags":["a"],"_aj_symbol_keys":[]},"_aj_symbol_keys":[]}]',
      );
    },
  );
});

describe("what waits is written", () => {
  test("as it was given: whole Floats, big integers, odd keys and the text that somebody else wrote", async () => {
    const { client, open } = waiting();
    open();
    const odd = JSON.parse('{"__proto__":{"a":1},"b":[]}') as object;

    await client.push({ class: "MyJob", args: [float(1), 2n ** 70n, odd, Object.create(null)] });
    expect(written()).toBe('[1.0,1180591620717411303424,{"__proto__":{"a":1},"b":[]},{}]');

    await client.push({ class: "MyJob", args: parseArgs('[1.0,{"a":2.50}]') as unknown[] });
    expect(written()).toBe('[1.0,{"a":2.50}]');
  });

  test("or refused as without a wait, and a middleware may make something of it before", async () => {
    const { client, open } = waiting();
    open();
    const circle: unknown[] = [];
    circle.push({ circle });
    let deep: unknown = 1;
    for (let level = 0; level < 50_000; level++) deep = [deep];

    await expect(client.push({ class: "MyJob", args: [circle] })).rejects.toThrow("args[0] again, a circle");
    await expect(client.push({ class: "MyJob", args: [deep] })).rejects.toThrow(
      "nests deeper than 98 levels",
    );
    await expect(client.push({ class: "MyJob", args: [new Date(0)] })).rejects.toThrow("args[0] is a Date");
    client.use(async function dates(payload, next) {
      payload.args = payload.args.map((arg: unknown) =>
        arg instanceof Date ? arg.toISOString() : arg,
      ) as never;
      await next();
    });
    await client.push({ class: "MyJob", args: [new Date(0)] });

    expect(written()).toBe('["1970-01-01T00:00:00.000Z"]');
  });

  test("by retryOn as Ruby wrote it", async () => {
    const { client, open } = waiting();
    open();
    const job = defineActiveJob("AgainAj", { client, retryOn: [{ error: Error, wait: 0 }] }, () => {
      throw new Error("again");
    });
    const args = [{ job_class: "AgainAj", job_id: "id", arguments: [1.5], executions: 0 }];
    const payload = {
      class: "Sidekiq::ActiveJob::Wrapper",
      wrapped: "AgainAj",
      jid: "j",
      queue: "default",
      args,
    };
    const payloadText = JSON.stringify(payload).replace("1.5", "1.0");

    await job.run({
      jid: "j",
      class: "AgainAj",
      queue: "default",
      client,
      payload,
      payloadText,
      signal: new AbortController().signal,
      logger: pino({ level: "silent" }),
    } as never);

    expect(written()).toContain('"arguments":[1.0]');
  });
});
