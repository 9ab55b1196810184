/** Writes the modules of lua-modules.mjs. `--check` fails when one is not what the files say. */
import { mkdirSync, writeFileSync } from "node:fs";
import { luaModules, textIn } from "./lua-modules.mjs";

const root = new URL("../", import.meta.url);
const isCheck = process.argv.includes("--check");

for (const { folder, out, text } of luaModules(root)) {
  const file = new URL(out, root);
  // The first build has nothing to compare with.
  if (textIn(file) === text) continue;
  if (isCheck) {
    console.error(`${out} is not what ${folder} says. Run \`npm run build\`.`);
    process.exit(1);
  }
  mkdirSync(new URL(".", file), { recursive: true });
  writeFileSync(file, text);
}
