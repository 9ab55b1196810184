/** Whether TSQ_REQUIRE lists something, such as `native` or `ruby`: then its absence fails instead of being skipped. */
export function isRequired(what: string): boolean {
  return (process.env["TSQ_REQUIRE"] ?? "").split(",").includes(what);
}
