/** One of the mounts, to look at: `node examples/mounts/run.mjs express --path /sidekiq`. */
import { parseArgs } from "node:util";

const NAMES = ["node-http", "express", "fastify", "koa", "hono"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    path: { type: "string", default: "/sidekiq" },
    port: { type: "string", default: "3000" },
    redis: { type: "string", default: process.env.REDIS_URL ?? "redis://127.0.0.1:6379/0" },
  },
});
const [name = ""] = positionals;
if (!NAMES.includes(name)) {
  console.error(`Expected one of ${NAMES.join(", ")}, got \`${name}\`.`);
  process.exit(1);
}
const { listen } = await import(`./${name}.mjs`);
await listen({ path: values.path, port: Number(values.port), redis: values.redis });
console.log(`http://127.0.0.1:${values.port}${values.path}/`);
