/** Holds back one call of a script, or its answer, so that what happens before that is sent or read is up to the test. */
import type { Command, Redis } from "ioredis";
import type { Capsule } from "./capsule.ts";

interface Script {
  readonly sha1: string;
  readonly lua: string;
}

/** Lets the server know them: one that it does not know would be sent twice, and only then be done. */
export const loadScripts = async (redis: Redis, ...scripts: readonly Script[]): Promise<void> => {
  for (const { lua } of scripts) await redis.script("LOAD", lua);
};

/** Holds back the capsule's next call of a script. Resolves, once it is held, to what sends it. */
export const hold = ({ fetch: { redis } }: Capsule, script: Script): Promise<() => void> =>
  new Promise((resolve) => {
    const send = redis.sendCommand.bind(redis);
    redis.sendCommand = (command: Command, ...rest) => {
      if (command.name !== "evalsha" || command.args[0] !== script.sha1) return send(command, ...rest);
      redis.sendCommand = send;
      resolve(() => void send(command, ...rest));
      return command.promise;
    };
  });

/** Holds back the answer to the capsule's next such command. Resolves, once it is there, to what has the capsule read it. */
export const holdAnswer = (
  { fetch: { redis } }: Capsule,
  isMeant: (command: Command) => boolean,
): Promise<() => void> =>
  new Promise((held) => {
    const send = redis.sendCommand.bind(redis);
    redis.sendCommand = (command: Command, ...rest) => {
      if (isMeant(command)) {
        redis.sendCommand = send;
        const { resolve } = command;
        command.resolve = (answer) => held(() => resolve(answer));
      }
      return send(command, ...rest);
    };
  });

/** Whether it is a call of this script. */
export const isOf =
  ({ sha1 }: Script) =>
  ({ name, args }: Command): boolean =>
    name === "evalsha" && args[0] === sha1;
