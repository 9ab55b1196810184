import { onTestFinished, expect, test } from "vitest";
import { compileValkey, MemoryDirectory, Valkey } from "../support/inside-embedded.ts";
import type { ValkeyModule } from "../support/inside-embedded.ts";

/** The real module, in which a step can be made to fail, as a trap would. */
async function trappingModule(): Promise<{
  module: ValkeyModule;
  trap: { isSet: boolean };
  steps: () => number;
}> {
  const real = await compileValkey();
  const trap = { isSet: false };
  let steps = 0;
  const module: ValkeyModule = {
    instantiate(imports) {
      const exports = real.instantiate(imports);
      return {
        memory: exports.memory,
        _initialize: () => exports._initialize(),
        rk_boot: (port) => exports.rk_boot(port),
        rk_step() {
          steps++;
          if (trap.isSet) throw new Error("unreachable");
          return exports.rk_step();
        },
      };
    },
  };
  return { module, trap, steps: () => steps };
}

test("a Valkey that trapped says so once, and is never stepped again", async () => {
  const { module, trap, steps } = await trappingModule();
  const ends: unknown[] = [];
  const directory = new MemoryDirectory();
  const valkey = new Valkey({
    module,
    directory,
    port: 6379,
    onLog: () => {},
    onEnd: (reason) => ends.push(reason),
  });
  onTestFinished(() => valkey.stop());
  expect(valkey.command("PING")).toBe("PONG");

  trap.isSet = true;
  expect(() => valkey.command("PING")).toThrow("got none");
  const stepsOfTrap = steps();

  trap.isSet = false;
  expect(() => valkey.command("PING")).toThrow("got none");
  expect(steps()).toBe(stepsOfTrap);
  expect(ends).toEqual([new Error("unreachable")]);
});

test("a Valkey writes its dump into memory, and another one loads it from there", async () => {
  const module = await compileValkey();
  const directory = new MemoryDirectory();
  const boot = (): Valkey => {
    const valkey = new Valkey({ module, directory, port: 6379, onLog: () => {}, onEnd: () => {} });
    onTestFinished(() => valkey.stop());
    return valkey;
  };
  const first = boot();
  first.command("SET", "key", "value");

  first.command("SAVE");

  expect(directory.get("dump.rdb")?.size).toBeGreaterThan(0);
  expect(boot().command("GET", "key")).toBe("value");
});

test("a command that Valkey holds back, or refuses, is an error", async () => {
  const module = await compileValkey();
  const directory = new MemoryDirectory();
  const valkey = new Valkey({ module, directory, port: 6379, onLog: () => {}, onEnd: () => {} });
  onTestFinished(() => valkey.stop());

  expect(() => valkey.command("NONSENSE")).toThrow("unknown command");

  valkey.command("CLIENT", "PAUSE", "60000", "ALL");
  expect(() => valkey.command("SAVE")).toThrow(
    "Expected an answer of the embedded Valkey to `SAVE`, got none.",
  );
});
