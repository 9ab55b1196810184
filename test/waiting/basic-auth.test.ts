/** Who is let in by a password, and who waits. */
import { pino } from "pino";
import { ConfigError } from "tsq";
import { basicAuth, hashPassword } from "tsq/web";
import type { Auth } from "tsq/web";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { askAuth as ask, outcomeOf as outcome } from "../support/ask-auth.ts";
import { Attempts, isPassword } from "../support/inside-web.ts";

const ADDRESS = "203.0.113.7";
const basic = (name: string, password: string) =>
  `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}`;

describe("basicAuth", () => {
  // A wait begins, and does not pass, however busy the machine is.
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    return () => void vi.useRealTimers();
  });

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
    while (statuses.length < 12 && statuses.at(-1) !== 429)
      statuses.push(await outcome(ask(door, { authorization: basic("mira", `guess ${statuses.length}`) })));

    expect(statuses.slice(0, 5)).toEqual([401, 401, 401, 401, 401]);
    expect(statuses.at(-1)).toBe(429);
    expect(await outcome(ask(door, right))).toMatchObject({ name: "mira" });
  });

  /** Until it is answered with 429, and at most so often. */
  const guess = async (
    door: Auth,
    name: string,
    address: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> => {
    let last: unknown;
    for (let i = 0; i < 12 && last !== 429; i++)
      last = await outcome(ask(door, { authorization: basic(name, `guess ${i}`), ...headers }, address));
    return last;
  };

  test("has nobody wait for longer when the clock of the machine is set back", async () => {
    const door = basicAuth({ mira: { password: "correct horse" } });
    expect(await guess(door, "mira", "198.51.100.1")).toBe(429);

    vi.setSystemTime(Date.now() - 86_400_000);
    vi.advanceTimersByTime(60_000);

    const right = { authorization: basic("mira", "correct horse") };
    expect(await outcome(ask(door, right, "198.51.100.1"))).toMatchObject({ name: "mira" });
  });

  test("lets in the owner of a name at which somebody guesses elsewhere, also for the first time", async () => {
    const door = basicAuth({ mira: { password: "correct horse" } });

    expect(await guess(door, "mira", "198.51.100.1")).toBe(429);

    const right = { authorization: basic("mira", "correct horse") };
    expect(await outcome(ask(door, right, "198.51.100.2"))).toMatchObject({ name: "mira" });
    // Who guesses is not let in by the right guess either, before the wait is over.
    expect(await outcome(ask(door, { authorization: basic("mira", "guess") }, "198.51.100.1"))).toBe(429);
  });

  test("knows who comes by a named proxy by the address that it tells, and believes nobody else", async () => {
    const users = { mira: { password: "correct horse" } };
    const by = (told: string) => ({ "x-forwarded-for": told });
    const right = { authorization: basic("mira", "correct horse") };
    const door = basicAuth(users, { proxies: ["10.0.0.0/8"] });

    // What stands in front, whoever guesses has written.
    expect(await guess(door, "mira", "10.0.0.7", by("203.0.113.9, 198.51.100.1"))).toBe(429);
    expect(await outcome(ask(door, { ...right, ...by("8.8.8.8, 198.51.100.1, 10.0.0.9") }, "10.0.0.7"))).toBe(
      429,
    );
    expect(await outcome(ask(door, { ...right, ...by("203.0.113.9") }, "10.0.0.7"))).toMatchObject({
      name: "mira",
    });

    const unnamed = basicAuth(users);
    expect(await guess(unnamed, "mira", "10.0.0.7", by("198.51.100.1"))).toBe(429);
    expect(await outcome(ask(unnamed, { ...right, ...by("203.0.113.9") }, "10.0.0.7"))).toBe(429);
  });

  test.each(["203.0.113.9:50123", "[2001:db8::1]:443", "[2001:db8::1]"])(
    "knows an address that the proxy tells with a port: %s",
    async (told) => {
      const door = basicAuth({ mira: { password: "correct horse" } }, { proxies: ["10.0.0.7"] });
      const elsewhere = {
        authorization: basic("mira", "correct horse"),
        "x-forwarded-for": "198.51.100.9:1",
      };

      expect(await guess(door, "mira", "10.0.0.7", { "x-forwarded-for": told })).toBe(429);

      expect(await outcome(ask(door, elsewhere, "10.0.0.7"))).toMatchObject({ name: "mira" });
    },
  );

  test("takes the addresses of one IPv6 network for one", async () => {
    const door = basicAuth({ mira: { password: "correct horse" } });
    const right = { authorization: basic("mira", "correct horse") };

    expect(await guess(door, "mira", "2001:db8::1")).toBe(429);

    expect(await outcome(ask(door, right, "2001:db8:0:0:9:8:7:6"))).toBe(429);
    expect(await outcome(ask(door, right, "2001:db8:0:1::1"))).toMatchObject({ name: "mira" });
  });

  test("looks at whoever comes for the first time beside as many guesses as it takes at once", async () => {
    const door = basicAuth({ mira: { password: "correct horse" } });
    const wrong = (address: string, i: number) =>
      ask(door, { authorization: basic(`n${i}`, "guess") }, address);
    for (let i = 0; i < 4; i++) await wrong(`198.51.100.${i}`, i);

    const guesses = [0, 1, 2, 3].map((i) => outcome(wrong(`198.51.100.${i}`, i)));
    const owner = outcome(ask(door, { authorization: basic("mira", "correct horse") }, "203.0.113.50"));

    expect(await Promise.all(guesses)).toEqual([401, 401, 401, 429]);
    expect(await owner).toMatchObject({ name: "mira" });
  });

  test("tells the log once who guesses, and no name that nobody has", async () => {
    const lines: object[] = [];
    const logger = pino({ base: null }, { write: (line) => void lines.push(JSON.parse(line) as object) });
    const door = basicAuth({ mira: { password: "correct horse" } }, { logger });

    await guess(door, "mira", "198.51.100.1");
    await guess(door, "correct horse", "198.51.100.2");
    for (let i = 0; i < 3; i++) await ask(door, { authorization: basic("mira", "x") }, "198.51.100.1");

    expect(lines).toMatchObject([
      { level: 40, address: "198.51.100.1", user: "mira" },
      { level: 40, address: "198.51.100.2", user: "(unknown)" },
    ]);
  });

  test("does not ask again whoever works on, hours after they were let in", async () => {
    const door = basicAuth({ mira: { password: "correct horse" } });
    const right = { authorization: basic("mira", "correct horse") };
    await ask(door, right);
    for (let hour = 0; hour < 20; hour += 4) {
      vi.advanceTimersByTime(4 * 3_600_000);
      await ask(door, right);
    }

    await guess(door, "mira", ADDRESS);

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

  test.each([[{ proxies: ["nginx"] }], [{ proxy: ["10.0.0.7"] }]])("refuses the options %j", (options) => {
    // As from JavaScript.
    const given = options as object;
    expect(() => basicAuth({ mira: { password: "correct horse" } }, given)).toThrow(ConfigError);
  });
});

describe("attempts", () => {
  const KEY = "a";

  test("wait twice as long each time, up to a minute, and are forgotten", () => {
    const attempts = new Attempts();
    for (let i = 0; i < 5; i++) attempts.failed(KEY, 0);
    expect(attempts.waitMs(KEY, 0)).toBe(1_000);
    expect(attempts.waitMs(KEY, 999)).toBe(1);
    expect(attempts.waitMs("b", 0)).toBe(0);

    attempts.failed(KEY, 1_000);
    expect(attempts.waitMs(KEY, 1_000)).toBe(2_000);
    for (let i = 0; i < 20; i++) attempts.failed(KEY, 2_000);
    expect(attempts.waitMs(KEY, 2_000)).toBe(60_000);

    expect(attempts.waitMs(KEY, 3_600_000)).toBe(0);
  });

  test("begin anew once one was right", () => {
    const attempts = new Attempts();
    for (let i = 0; i < 9; i++) attempts.failed(KEY, 0);

    attempts.succeeded(KEY);

    expect(attempts.waitMs(KEY, 0)).toBe(0);
  });
});
