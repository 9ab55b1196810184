/** What a slice of a bulk push has become, and how it is sent. */
import type { Transport } from "./transport.ts";

/** Payloads of one queue. */
export interface Dumped {
  readonly queue: string;
  /** When each is to run; undefined for at once. */
  readonly at: readonly number[] | undefined;
  readonly texts: readonly string[];
}

/** Resolves when all of a slice is where it belongs. Its failure is told by who awaits it, when its turn comes. */
export const send = (transport: Transport, dumped: readonly Dumped[]): Promise<unknown> => {
  const sent = Promise.all(
    dumped.map(({ queue, at, texts }) =>
      at ? transport.scheduleAll(at, texts) : transport.pushAll(queue, texts),
    ),
  );
  sent.catch(() => {});
  return sent;
};
