/** Who is let in by a password, or by the header of a proxy. */
import { ConfigError } from "tsq";
import { basicAuth, createWeb, hashPassword, proxyAuth } from "tsq/web";
import type { Auth, User } from "tsq/web";
import { describe, expect, test } from "vitest";
import { Attempts, isPassword } from "../../support/inside-web.ts";

const ADDRESS = "203.0.113.7";
const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;

const ask = (
  auth: Auth,
  headers: Readonly<Record<string, string>> = {},
  remoteAddress: string | undefined = ADDRESS,
) => auth(new Request("http://tsq.internal/", { headers }), { remoteAddress });

/** The status of an answer, or the user. */
const outcome = async (answer: ReturnType<Auth>): Promise<number | User | null | undefined> => {
  const found = await answer;
  return found instanceof Response ? found.status : found;
};

describe("basicAuth", () => {
  const auth = basicAuth({
    mira: { password: "correct horse", role: "operator" },
    jürgen: { password: "pässwörter" },
  });

  test("lets in a user with the right password, as often as it is sent", async () => {
    for (let i = 0; i < 3; i++) {
      expect(await outcome(ask(auth, { authorization: basic("mira", "correct horse") }))).toEqual({
        name: "mira",
        role: "operator",
      });
    }
  });

  test("takes names and passwords of any letters, however they are composed", async () => {
    const authorization = basic("jürgen", "pässwörter".normalize("NFD"));

    expect(await outcome(ask(auth, { authorization }))).toEqual({ name: "jürgen", role: "admin" });
  });

  test.each([
    ["nothing", ""],
    ["another password", basic("mira", "correct horsf")],
    ["a name that nobody has", basic("nobody", "correct horse")],
    ["a name of every object", basic("constructor", "correct horse")],
    ["no password", basic("mira", "")],
    ["another scheme", "Bearer correct horse"],
    ["what is no pair", `Basic ${Buffer.from("mira").toString("base64")}`],
  ])("asks again for %s", async (_, authorization) => {
    const answer = await ask(auth, authorization === "" ? {} : { authorization }, "198.51.100.1");

    expect(answer).toBeInstanceOf(Response);
    expect((answer as Response).status).toBe(401);
    expect((answer as Response).headers.get("www-authenticate")).toContain("Basic");
  });

  test("makes whoever guesses wait, and nobody who was let in before", async () => {
    const door = basicAuth({ mira: { password: "correct horse" } });
    const right = { authorization: basic("mira", "correct horse") };
    await ask(door, right);

    const statuses: unknown[] = [];
    // On a busy machine a guess may take longer than the first wait, but not longer than those that follow.
    while (statuses.length < 12 && statuses.at(-1) !== 429)
      statuses.push(await outcome(ask(door, { authorization: basic("mira", `guess ${statuses.length}`) })));

    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.at(-1)).toBe(429);
    expect(await outcome(ask(door, right))).toMatchObject({ name: "mira" });
  });

  test("takes a password that was hashed before", async () => {
    const kept = await hashPassword("correct horse");
    const door = basicAuth({ mira: { password: kept } });

    expect(kept).toMatch(/^scrypt:15:8:1:/);
    expect(kept).not.toContain("horse");
    expect(await outcome(ask(door, { authorization: basic("mira", "correct horse") }))).toMatchObject({
      name: "mira",
    });
    // Whoever has read it where it is kept has no password by it.
    expect(await outcome(ask(door, { authorization: basic("mira", kept) }))).toBe(401);
  });

  test("no two hashes of a password are the same, and each knows it", async () => {
    const [one, other] = [await hashPassword("correct horse"), await hashPassword("correct horse")];

    expect(one).not.toBe(other);
    expect(await isPassword("correct horse", one)).toBe(true);
    expect(await isPassword("correct horses", one)).toBe(false);
    expect(await isPassword("correct horse", "no hash")).toBe(false);
  });

  test.each([
    ["no user", {}],
    ["a password that is short", { mira: { password: "short" } }],
    ["a variable that is not set", { mira: { password: undefined as unknown as string } }],
    ["a name with a colon", { "a:b": { password: "correct horse" } }],
    ["a role that is none", { mira: { password: "correct horse", role: "root" as "admin" } }],
  ])("refuses %s", (_, users) => {
    expect(() => basicAuth(users)).toThrow(ConfigError);
  });
});

describe("attempts", () => {
  const KEYS = ["a"];

  test("wait twice as long each time, up to a minute, and are forgotten", () => {
    const attempts = new Attempts();
    for (let i = 0; i < 5; i++) attempts.failed(KEYS, 0);
    expect(attempts.waitMs(KEYS, 0)).toBe(1_000);
    expect(attempts.waitMs(KEYS, 999)).toBe(1);
    expect(attempts.waitMs(["b"], 0)).toBe(0);

    attempts.failed(KEYS, 1_000);
    expect(attempts.waitMs(KEYS, 1_000)).toBe(2_000);
    for (let i = 0; i < 20; i++) attempts.failed(KEYS, 2_000);
    expect(attempts.waitMs(KEYS, 2_000)).toBe(60_000);

    expect(attempts.waitMs(KEYS, 3_600_000)).toBe(0);
  });

  test("begin anew once one was right", () => {
    const attempts = new Attempts();
    for (let i = 0; i < 9; i++) attempts.failed(KEYS, 0);

    attempts.succeeded(KEYS);

    expect(attempts.waitMs(KEYS, 0)).toBe(0);
  });
});

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
