/** For tests about pads: whichever way of waiting is chosen for a run, by TSQ_WAITING, theirs is this. */
import { afterAll, beforeAll } from "vitest";

const WAY = "TSQ_WAITING";

export const withPads = (): void => {
  const { [WAY]: chosen } = process.env;
  beforeAll(() => {
    process.env[WAY] = "pads";
  });
  afterAll(() => {
    if (chosen === undefined) delete process.env[WAY];
    else process.env[WAY] = chosen;
  });
};
