/**
 * Writes packages/web/src/assets/assets.gen.ts: the dashboard's style, script and icon as text, each with the digest that its
 * address carries. Nothing is read from disk when a dashboard runs. `--check` fails when the module is stale.
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";

const folder = new URL("../packages/web/src/assets/", import.meta.url);
const file = new URL("assets.gen.ts", folder);

const TYPES = { css: "text/css", js: "text/javascript", svg: "image/svg+xml" };

const entryOf = (name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  const [stem, extension] = name.split(".");
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 12);
  const type = `${TYPES[extension]}; charset=utf-8`;
  return `  ${JSON.stringify(name)}: {\n    file: ${JSON.stringify(`${stem}-${digest}.${extension}`)},\n    type: ${JSON.stringify(type)},\n    text: ${JSON.stringify(text)},\n  },`;
};

const text = `/** Made by scripts/build-assets.mjs from the files beside it. */
export const ASSETS = {
${readdirSync(folder)
  .filter((name) => name.split(".")[1] in TYPES)
  .toSorted()
  .map(entryOf)
  .join("\n")}
} as const;
`;

const before = existsSync(file) ? readFileSync(file, "utf8") : "";
if (text === before) process.exit();
if (process.argv.includes("--check")) {
  console.error("packages/web/src/assets/assets.gen.ts is stale. Run `npm run build`.");
  process.exit(1);
}
writeFileSync(file, text);
