/** What an application that mounts a dashboard loads with it when it starts. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// Of CommonJS the cache tells, of the rest a hook.
const TELL = `
  import { createRequire, register } from "node:module";
  import { MessageChannel, receiveMessageOnPort } from "node:worker_threads";
  const { port1, port2 } = new MessageChannel();
  const hooks = \`let port;
    export const initialize = (given) => { port = given; };
    export const load = async (url, context, next) => { port.postMessage(url); return next(url, context); };\`;
  register("data:text/javascript," + encodeURIComponent(hooks), { data: port2, transferList: [port2] });
  const { createWeb } = await import(process.argv[1]);
  const web = createWeb();
  await web.close();
  const urls = Object.keys(createRequire(process.argv[1]).cache);
  for (let told = receiveMessageOnPort(port1); told; told = receiveMessageOnPort(port1)) urls.push(told.message);
  console.log(JSON.stringify(urls));
`;

const loaded = (): readonly string[] => {
  const web = new URL("../../../packages/tsq/dist/web.js", import.meta.url);
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", TELL, fileURLToPath(web)]);
  return JSON.parse(out.toString("utf8")) as readonly string[];
};

test("`tsq/web` loads no language but English, no client, no log and no cron before somebody needs them", () => {
  const urls = loaded();

  expect(urls.some((url) => url.includes("/ioredis/"))).toBe(true);
  const needless =
    /\/words\/locales\/|\/core\/dist\/(?:index|client\/client|job\/define-job)\.js|\/cron\/dist\/|node_modules\/(?:pino|msgpackr-extract|yaml|croner)\/|msgpackr\/stream/;
  expect(urls.filter((url) => needless.test(url))).toEqual([]);
  // Each is a file to find, to read and to compile.
  expect(urls.length).toBeLessThan(450);
});
