/** The fleet of bench/web.mjs, in a process of its own: of its processes a tenth beats each second, each time with other runs. */
import { Redis } from "ioredis";
import { beat } from "./process-beat.mjs";

const BEATS_APART = 10;

const [url, processes, since] = process.argv.slice(2);
const redis = new Redis(url);
const count = Number(processes);
let second = 0;

const next = async () => {
  const pipeline = redis.pipeline();
  for (let i = second % BEATS_APART; i < count; i += BEATS_APART) {
    beat(pipeline, i, 1 + Math.floor(second / BEATS_APART), Number(since));
  }
  second += 1;
  await pipeline.exec();
};
const timer = setInterval(() => void next(), 1_000);
process.on("disconnect", () => {
  clearInterval(timer);
  redis.disconnect();
});
process.send("beats");
