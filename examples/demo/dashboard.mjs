/** The demo's dashboard, as an application mounts one, and what there is to see and to repair on it. */
import { createServer } from "node:http";
import { once } from "node:events";
import { createWeb, toNodeHandler } from "tsq/web";
import { charge, countStock, reminder, report, visit } from "./jobs.mjs";

// Where `tsq web` and `tsq dev` are, too. It may be theirs.
const PORT = 4567;
const VISIT_EVERY_MS = 2_000;
const VISITS = 3;

/** @returns its address, and how to stop it */
export const openDashboard = async (redis) => {
  const web = createWeb({ redis });
  const handle = toNodeHandler(web);
  const server = createServer((request, response) => void handle(request, response));
  await listen(server, PORT).catch(() => listen(server, 0));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      await web.close();
    },
  };
};

const listen = async (server, port) => {
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
};

/**
 * A bad day: jobs that fail until somebody mends their arguments, a queue that nobody serves, one run that does not end,
 * and some that wait for their time.
 */
export const pushBadDay = async () => {
  await charge.performBulk([
    ["Ada", "no card"],
    ["Grace", "no card"],
    ["Linus", "4242"],
  ]);
  await report.performBulk(["January", "February", "March"].map((month) => [month]));
  await countStock.performAsync("Rotterdam");
  for (const minutes of [5, 20, 60]) await reminder.performIn(minutes * 60, `tea, ${minutes} min later`);
};

/**
 * Pushes a few jobs every two seconds, so that the charts have something to show.
 *
 * @returns how to end that
 */
export const beginVisits = () => {
  let number = 0;
  const timer = setInterval(() => {
    const pages = Array.from({ length: VISITS }, () => [`/page/${(number += 1)}`]);
    // The Redis that is named may go away; what the worker says of it is enough.
    visit.performBulk(pages).catch(() => {});
  }, VISIT_EVERY_MS);
  return () => clearInterval(timer);
};
