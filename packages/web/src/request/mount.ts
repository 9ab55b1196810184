/** Where the dashboard is mounted: its own paths in those of the whole, and back. */

/** Of a request's path what lies within the dashboard; some hosts have cut off the rest already. */
export const pathWithin = (pathname: string, base: string): string => {
  if (base !== "" && (pathname === base || pathname.startsWith(`${base}/`))) {
    return pathname.slice(base.length) || "/";
  }
  return pathname;
};

/** Links to pages of the dashboard, wherever it is mounted. */
export const linkFrom =
  (base: string) =>
  (path: string): string => {
    // `//host` would lead to another server.
    const own = path.replace(/^[/\\]*/, "/");
    return own === "/" && base !== "" ? `${base}/` : `${base}${own}`;
  };
