/** The keyboard of `tsq top` when its terminal has hung up. */
import { EventEmitter } from "node:events";
import { expect, test } from "vitest";
import { Keyboard } from "../../support/inside-tsq.ts";

/** A terminal that answers a change of its mode with an error: told of, or thrown. */
const hungUp = (isThrown: boolean) => {
  const input = Object.assign(new EventEmitter(), {
    destroyed: false,
    isPaused: false,
    pause: () => (input.isPaused = true),
    setRawMode: () => {
      if (isThrown) throw new Error("EIO");
      input.emit("error", new Error("EIO"));
    },
  });
  return input;
};

test.for([true, false])("a terminal that has hung up is left without an error, thrown: %s", (isThrown) => {
  const input = hungUp(isThrown);
  const keyboard = new Keyboard(
    input as unknown as NodeJS.ReadStream,
    () => {},
    () => {},
  );

  expect(() => keyboard.stop()).not.toThrow();
  expect(input.isPaused).toBe(true);
});
