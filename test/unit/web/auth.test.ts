/** Who is let in by the header of a proxy, and what `createWeb()` takes for an `auth`. */
import { ConfigError } from "tsq";
import { createWeb, proxyAuth } from "tsq/web";
import type { User } from "tsq/web";
import { describe, expect, test } from "vitest";
import { askAuth as ask, outcomeOf as outcome } from "../../support/ask-auth.ts";

describe("proxyAuth", () => {
  const auth = proxyAuth({
    proxies: ["10.0.0.7", "192.168.0.0/16", "fd00::/8"],
    userHeader: "x-user",
    role: (name, request) => (name === "mira" ? "admin" : request.headers.get("x-role")),
  });

  test.each(["10.0.0.7", "192.168.44.1", "fd12::1"])("believes the header of %s", async (address) => {
    expect(await outcome(ask(auth, { "x-user": "mira" }, address))).toEqual({ name: "mira", role: "admin" });
  });

  test.each(["10.0.0.8", "203.0.113.7", "fe80::1", "::1", "nonsense", ""])(
    "believes no header of %j",
    async (address) => {
      expect(await outcome(ask(auth, { "x-user": "mira" }, address))).toBeNull();
    },
  );

  test("keeps out whoever has no name, or a role that is none", async () => {
    expect(await outcome(ask(auth, {}, "10.0.0.7"))).toBeNull();
    expect(await outcome(ask(auth, { "x-user": " " }, "10.0.0.7"))).toBeNull();
    expect(await outcome(ask(auth, { "x-user": "ana", "x-role": "root" }, "10.0.0.7"))).toBeNull();
    expect(await outcome(ask(auth, { "x-user": "ana", "x-role": "viewer" }, "10.0.0.7"))).toEqual({
      name: "ana",
      role: "viewer",
    });
  });

  test.each(["Jürgen", "山田", "Voilà", "mira@ops.example.com"])(
    "lets in %s by the name itself",
    async (name) => {
      const sent = Buffer.from(name, "utf8").toString("latin1");

      expect(await outcome(ask(auth, { "x-user": ` ${sent} `, "x-role": "viewer" }, "10.0.0.7"))).toEqual({
        name,
        role: "viewer",
      });
    },
  );

  test("takes what is no UTF-8 for Latin-1", async () => {
    expect(await outcome(ask(auth, { "x-user": "J\xfcrgen", "x-role": "viewer" }, "10.0.0.7"))).toEqual({
      name: "Jürgen",
      role: "viewer",
    });
  });

  test.each(["", "x user", "x-benützer", "x:user"])("refuses %j as the name of a header", (userHeader) => {
    expect(() => proxyAuth({ proxies: ["10.0.0.7"], userHeader, role: "viewer" })).toThrow(ConfigError);
  });

  test.each([[[]], [["proxy.internal"]], [["10.0.0.0/33"]], [["10.0.0.0/"]], [[""]]])(
    "refuses %j as proxies",
    (proxies) => {
      expect(() => proxyAuth({ proxies, userHeader: "x-user", role: "viewer" })).toThrow(ConfigError);
    },
  );
});

describe("createWeb", () => {
  test.each([
    [{ auht: () => null }, "auth"],
    [{ basePath: "sidekiq" }, "basePath"],
    [{ basePath: "/a b" }, "basePath"],
    [{ auth: "admin" }, "auth"],
    [{ readOnly: "yes" }, "readOnly"],
    [{ origins: ["ops.example.com"] }, "origins"],
    [{ origins: ["https://ops.example.com/sidekiq"] }, "origins"],
  ])("refuses %j, and says what to do", (options, named) => {
    // As from JavaScript.
    expect(() => createWeb(options as object)).toThrow(ConfigError);
    expect(() => createWeb(options as object)).toThrow(named);
  });

  test("lets nobody in whom `auth` does not name as it should", async () => {
    for (const answer of [
      { name: "mira" },
      { name: "mira", role: "root" },
      { name: "", role: "admin" },
      true,
      "mira",
    ]) {
      const web = createWeb({ auth: () => answer as User });

      const { status } = await web(new Request("http://tsq.internal/stats"));

      expect(status).toBe(500);
    }
  });
});
