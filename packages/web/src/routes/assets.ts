/** Style, script and icon: their addresses carry a digest, so a browser that has one never asks for it again. */
import { ASSETS } from "../assets/assets.gen.ts";
import { plain } from "../answers.ts";

const FOLDER = "/assets/";

/** Their paths within the dashboard, by name. */
export const ASSET_PATHS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(ASSETS).map(([name, { file }]) => [name, FOLDER + file]),
);

const BY_FILE = new Map(Object.values(ASSETS).map((asset) => [asset.file as string, asset]));

/** The answer to a path below `/assets/`; undefined for every other path. Nobody has to be let in for it. */
export const answerAsset = (path: string): Response | undefined => {
  if (!path.startsWith(FOLDER)) return undefined;
  const asset = BY_FILE.get(path.slice(FOLDER.length));
  if (!asset) return plain("There is no such file.", 404);
  return new Response(asset.text, {
    headers: { "content-type": asset.type, "cache-control": "public, max-age=31536000, immutable" },
  });
};
