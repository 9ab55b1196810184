/**
 * The dashboard of tsq for the people of the Rails app: `node dashboard.mjs`. The app hands their requests on, from
 * lib/tsq_dashboard.rb, and says who they are in a header that it has signed.
 */
import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { createWeb, toNodeHandler } from "tsq/web";

const secret = process.env.TSQ_DASHBOARD_SECRET ?? "development";
const port = Number(process.env.TSQ_DASHBOARD_PORT ?? 4567);
const GOOD_FOR_SECONDS = 30;

/** Null for whoever has no such header, or one that is old, of another request or body, or not signed with our secret. */
const auth = async (request) => {
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

const web = createWeb({ redis: process.env.REDIS_URL, basePath: "/tsq", auth });
const handle = toNodeHandler(web);
const server = createServer((incoming, outgoing) => void handle(incoming, outgoing));
server.listen(port, "127.0.0.1", () => console.log(`Listening on ${port}`));
