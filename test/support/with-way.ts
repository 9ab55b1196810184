/** For tests about one way of waiting, whichever is chosen for a run by TSQ_WAITING. */
import { afterAll, beforeAll } from "vitest";
import type { Way } from "./inside-worker.ts";

const WAY = "TSQ_WAITING";

export const withPads = (): void => withWay("pads");

/** What the option `waiting` says, and nothing else. */
export const withOption = (): void => withWay("");

export const withWay = (way: Way | ""): void => {
  const { [WAY]: chosen } = process.env;
  beforeAll(() => {
    process.env[WAY] = way;
  });
  afterAll(() => {
    if (chosen === undefined) delete process.env[WAY];
    else process.env[WAY] = chosen;
  });
};
