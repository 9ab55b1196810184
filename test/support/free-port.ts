/** A TCP port that nobody listens on, for those who must name theirs before they listen. */
import { Loopback } from "./loopback.ts";

/** Between this answer and its use somebody else may take it. */
export async function freePort(): Promise<number> {
  const probe = await Loopback.listen(() => {});
  await probe.stop();
  return probe.port;
}
