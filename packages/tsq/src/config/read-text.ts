/** The text of a file that somebody has named, or why there is none. */
import { readFileSync } from "node:fs";
import { ConfigError } from "@tsq/core/config";

/**
 * @param what the file is called, such as `config file`
 * @param remedy what to do when it is not there
 * @throws ConfigError naming the file, and what is wrong with it
 */
export const readText = (path: string, what: string, remedy: string): string => {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") {
      throw new ConfigError(`There is no ${what} \`${path}\`. ${remedy}`, { cause: error });
    }
    if (code === "EISDIR") {
      throw new ConfigError(`The ${what} \`${path}\` is a directory. Name the file in it.`, { cause: error });
    }
    throw new ConfigError(`The ${what} \`${path}\` cannot be read: ${code}. Check its permissions.`, {
      cause: error,
    });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    throw new ConfigError(`The ${what} \`${path}\` is not UTF-8 text. Save it as UTF-8.`, { cause: error });
  }
};
