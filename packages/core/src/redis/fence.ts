/**
 * Ends the earlier connections of one that was lost, before anything is sent again on the new one. A network that was slow,
 * or a server that hung, may deliver what was written to the old one only then: a retry that runs once more an hour later is
 * two jobs, and may act on the slot of a third.
 */
import type { Redis } from "ioredis";
import { askSeat, endSeat, endsNone } from "./seat.ts";
import type { Seat } from "./seat.ts";

const AGAIN_MS = 100;

/** Works where the server allows `CLIENT INFO` and `CLIENT KILL`; elsewhere nothing is ended, and nothing said. */
export const fenceOff = (redis: Redis): void => {
  let earlier: readonly Seat[] = [];

  const end = (seat: Seat): void => {
    endSeat(redis, seat).then(
      () => (earlier = earlier.filter((one) => one !== seat)),
      (error: Error) => {
        // Whom it is refused once, it is refused again: they would become more with each connection.
        if (endsNone(error)) earlier = [];
        // A busy server allows it in a moment; on a connection that is gone again the next one does it.
        else if (isOpen(redis)) setTimeout(() => end(seat), AGAIN_MS).unref();
      },
    );
  };

  // Among the first commands of a connection: what was not answered is sent again behind them.
  redis.on("connect", () => {
    for (const seat of earlier) end(seat);
    askSeat(redis).then(
      (seat) => {
        if (seat) earlier = [...earlier, seat];
      },
      () => {},
    );
  });
};

/** Commands may be sent by it, also before it is ready for those of others. */
const isOpen = ({ status }: Redis): boolean => status === "connect" || status === "ready";
