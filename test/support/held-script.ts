/** Holds back one call of a script, so that what happens before it is sent is up to the test. */
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
