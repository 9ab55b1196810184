/** Paths: which route answers one, and where a page is. */
import { describe, expect, test } from "vitest";
import { linkFrom, path, pathWithin, Router } from "../../support/inside-web.ts";

describe("a router", () => {
  const router = new Router([
    { method: "GET", path: "/" },
    { method: "GET", path: "/queues" },
    { method: "GET", path: "/queues/:name" },
    { method: "POST", path: "/queues/:name/delete" },
    { method: "GET", path: "/:a/:b/:c/:d" },
  ] as const);
  const find = (method: string, path: string) => {
    const found = router.find(method, path);
    return typeof found === "object" ? [found.route.path, found.params] : found;
  };

  test("finds literal paths and takes names out of others", () => {
    expect(find("GET", "/")).toEqual(["/", {}]);
    expect(find("GET", "/queues")).toEqual(["/queues", {}]);
    expect(find("GET", "/queues/")).toEqual(["/queues", {}]);
    expect(find("GET", "/queues/foo_bar:123-wow.")).toEqual(["/queues/:name", { name: "foo_bar:123-wow." }]);
    expect(find("GET", "/1/2/3/4")).toEqual(["/:a/:b/:c/:d", { a: "1", b: "2", c: "3", d: "4" }]);
  });

  test.each([".", "..", "~.", "~~..", "~", "...", "a."])(
    "finds the page of %j, whatever browsers make of it",
    (name) => {
      const own = path`/queues/${name}`;

      expect(new URL(own, "http://h/sidekiq/").pathname).toBe(own);
      expect(find("GET", own)).toEqual(["/queues/:name", { name }]);
    },
  );

  test("decodes a name once, and finds nothing for what cannot be decoded", () => {
    expect(find("GET", "/queues/a%2Fb%2520")).toEqual(["/queues/:name", { name: "a/b%20" }]);
    expect(find("GET", "/queues/%ff")).toBeUndefined();
  });

  test("answers HEAD as GET, and knows a path that takes another method", () => {
    expect(find("HEAD", "/queues")).toEqual(["/queues", {}]);
    expect(find("GET", "/queues/a/delete")).toBe("otherMethod");
    expect(find("DELETE", "/queues")).toBe("otherMethod");
    expect(find("GET", "/other/a/b")).toBeUndefined();
  });
});

describe("a mounted dashboard", () => {
  test("finds its own path in that of a request, also where somebody has cut it off before", () => {
    expect(pathWithin("/sidekiq/retries", "/sidekiq")).toBe("/retries");
    expect(pathWithin("/sidekiq", "/sidekiq")).toBe("/");
    expect(pathWithin("/sidekiq/", "/sidekiq")).toBe("/");
    expect(pathWithin("/retries", "/sidekiq")).toBe("/retries");
    expect(pathWithin("/sidekiqs/retries", "/sidekiq")).toBe("/sidekiqs/retries");
    expect(pathWithin("/retries", "")).toBe("/retries");
  });

  test("links to nothing outside itself", () => {
    expect(linkFrom("/sidekiq")("/retries?page=2")).toBe("/sidekiq/retries?page=2");
    expect(linkFrom("/sidekiq")("/")).toBe("/sidekiq/");
    expect(linkFrom("")("/")).toBe("/");
    expect(linkFrom("")("//evil.example/")).toBe("/evil.example/");
    expect(linkFrom("")("/\\evil.example/")).toBe("/evil.example/");
    expect(linkFrom("")("https://evil.example")).toBe("/https://evil.example");
  });
});
