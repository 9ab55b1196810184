/** Processes that have gone without saying goodbye: a minute later their records are no more, and jobs have been brought back. */
import { HEARD, HEARD_SECONDS } from "../../wire/keys.ts";
import type { ApiConnection } from "../api-connection.ts";
import type { FleetReading } from "../processes/fleet.ts";
import { repliesOf } from "../replies.ts";
import type { LostProcess } from "./snapshot.ts";

// A fleet that dies whole is one matter: it is told by the worst of them, and how many.
const MOST = 1_000;

/** Those of tsq within the last hour; of Ruby those that nobody has taken off the list since. */
export const readLost = async (
  { redis }: ApiConnection,
  { processes, lapsed = [], now }: Pick<FleetReading, "processes" | "lapsed"> & { readonly now: Date },
): Promise<readonly LostProcess[]> => {
  const from = now.getTime() - HEARD_SECONDS * 1_000;
  const [found] = await repliesOf(
    redis.pipeline().zrangebyscore(HEARD, from, "+inf", "WITHSCORES", "LIMIT", 0, MOST),
  );
  const alive = new Set(processes.map(({ identity }) => identity));
  const texts = Array.isArray(found) ? found.map(String) : [];
  const heard = texts.flatMap((identity, i): readonly LostProcess[] =>
    i % 2 > 0 || alive.has(identity) ? [] : [{ identity, beatAt: new Date(Number(texts[i + 1])) }],
  );
  const known = new Set(heard.map(({ identity }) => identity));
  const others = lapsed.filter((identity) => !known.has(identity));
  return [...heard, ...others.map((identity) => ({ identity, beatAt: undefined }))];
};
