/**
 * Where a config file cannot be read. What is wrong there is not told: the message quotes the file, and with it passwords and
 * arguments of jobs, which would stand in the log of a build.
 */
export const unreadablePlace = (
  file: string,
  { message }: Error,
): { readonly file: string; readonly line?: number } => {
  // YAML that is none has a column behind it.
  const line = /:(\d+)(?::\d+)?: /.exec(message)?.[1];
  return line === undefined ? { file } : { file, line: Number(line) };
};
