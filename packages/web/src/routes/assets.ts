/** Style, script and icon: their addresses carry a digest, so a browser that has one never asks for it again. */
import { ASSETS } from "../assets/assets.gen.ts";
import { plain } from "../answers.ts";

const FOLDER = "/assets/";

/** Their paths within the dashboard, by name. */
export const ASSET_PATHS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ASSETS).map(([name, { file }]) => [name, FOLDER + file]),
);

const DIGEST = /-[\w-]{12}(?=\.\w+$)/;
const BY_NAME = new Map(Object.entries(ASSETS));
const BY_FILE = new Map(Object.values(ASSETS).map((asset) => [asset.file as string, asset]));

/** The answer to a path below `/assets/`; undefined for every other path. Nobody has to be let in for it. */
export const answerAsset = (path: string): Response | undefined => {
  if (!path.startsWith(FOLDER)) return undefined;
  const file = path.slice(FOLDER.length);
  const asset = BY_FILE.get(file);
  const other = asset ?? BY_NAME.get(file.replace(DIGEST, ""));
  if (!other) return plain("There is no such file.", 404);
  // While one version takes the place of another, a page of the one may ask the other: its own is better than none.
  if (!asset) return new Response(other.text, { headers: { "content-type": other.type } });
  return new Response(asset.text, {
    headers: { "content-type": asset.type, "cache-control": "public, max-age=31536000, immutable" },
  });
};
