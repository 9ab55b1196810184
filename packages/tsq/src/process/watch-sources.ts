/** Tells when a source file under the current directory has changed, once for a burst of changes. */
import { dirname, relative } from "node:path";
import type { Logger } from "pino";

// An editor saves in several steps, and a checkout changes many files.
const SETTLE_MS = 100;
const IGNORED = /(^|[\\/])(node_modules|\.git|\.tsq|dist|tmp|log)([\\/]|$)/;
const SOURCES = /\.(c|m)?(t|j)sx?$|\.json$|\.ya?ml(\.erb)?$/;

/** Resolves when it watches, to the function that ends it. `required` are watched wherever they are. */
export const watchSources = async (
  required: readonly string[],
  changed: () => void,
  log: Logger,
): Promise<() => Promise<void>> => {
  const { watch } = await import("chokidar");
  // Who runs what a compiler writes to dist/ wants to be told of that too.
  const folders = required.map((file) => relative(".", dirname(file))).filter((folder) => isIgnored(folder));
  const watcher = watch([".", ...folders], {
    ignored: (path) => {
      const own = relative(".", path);
      const folder = folders.find((one) => own.startsWith(one));
      return isIgnored(folder === undefined ? own : own.slice(folder.length));
    },
    ignoreInitial: true,
  });
  let timer: NodeJS.Timeout | undefined;
  watcher.on("all", (_event, path) => {
    if (!SOURCES.test(path)) return;
    clearTimeout(timer);
    timer = setTimeout(() => {
      log.info(`${relative(".", path)} changed, restarting`);
      changed();
    }, SETTLE_MS);
  });
  // Such as too many files to watch: then a restart by hand does it.
  watcher.on("error", (error) => log.warn({ err: error }, "Cannot watch all files"));
  await new Promise<void>((resolve) => watcher.once("ready", resolve));
  return async () => {
    clearTimeout(timer);
    await watcher.close();
  };
};

const isIgnored = (path: string): boolean => IGNORED.test(path);
