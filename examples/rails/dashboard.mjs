/**
 * The dashboard of tsq for the people of the Rails app: `node dashboard.mjs`. The app hands their requests on, from
 * lib/tsq_dashboard.rb, and says who they are in a header that it has signed.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { pino } from "pino";
import { createWeb, toNodeHandler } from "tsq/web";

const { TSQ_DASHBOARD_SECRET, NODE_ENV } = process.env;
if (NODE_ENV === "production" && !TSQ_DASHBOARD_SECRET) {
  console.error(
    "Set TSQ_DASHBOARD_SECRET, here and for the Rails app: whoever knows it is whom they like here.",
  );
  process.exit(1);
}
const secret = TSQ_DASHBOARD_SECRET || "development";
const port = Number(process.env.TSQ_DASHBOARD_PORT ?? 4567);
const GOOD_FOR_SECONDS = 30;
// As the dashboard itself; the app always says how long a form is.
const MOST_BYTES = 1_000_000;

/** Null for whoever has no such header, or one that is old, of another request or body, or not signed with our secret. */
const auth = async (request) => {
  const length = Number(request.headers.get("content-length") ?? (request.body ? Infinity : 0));
  // Of whom it is, is not known before all of it is read.
  if (!(length <= MOST_BYTES)) return null;
  const [time = "", name = "", role = "", signature = ""] = (
    request.headers.get("x-crm-identity") ?? ""
  ).split("|");
  const { pathname, search } = new URL(request.url);
  // A copy: the form is still to be read.
  const body = Buffer.from(await request.clone().arrayBuffer());
  const digest = createHash("sha256").update(body).digest("hex");
  const text = [time, name, role, request.method, pathname + search, digest].join("\n");
  const expected = createHmac("sha256", secret).update(text).digest();
  const given = Buffer.from(signature, "hex");
  const isOurs = given.length === expected.length && timingSafeEqual(given, expected);
  const isOld = !(Math.abs(Date.now() / 1_000 - Number(time)) < GOOD_FOR_SECONDS);
  // The app writes the name as in an address; it is ours, so that it can be read.
  return isOurs && !isOld ? { name: decodeURIComponent(name), role } : null;
};

const logger = pino();
const web = createWeb({ redis: process.env.REDIS_URL, basePath: "/tsq", auth, logger });
const handle = toNodeHandler(web);
const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
server.listen(port, "127.0.0.1", () => console.log(`Listening on ${port}`));

const stop = async () => {
  server.close();
  server.closeIdleConnections();
  // Ends work on many jobs as well, and writes down how far it came.
  await web.close();
  process.exit(0);
};
for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, () => void stop());
