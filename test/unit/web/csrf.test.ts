/** Which requests may change something: those from the dashboard's own pages. */
import { describe, expect, test } from "vitest";
import { whyForged } from "../../support/inside-web.ts";

const forged = (
  headers: Readonly<Record<string, string>>,
  {
    origins = [] as readonly string[],
    cookie = undefined as string | undefined,
    field = undefined as string | undefined,
  } = {},
) => {
  const request = new Request("http://tsq.internal:4567/retries", { method: "POST", headers });
  return whyForged(request, { origins, cookie, field });
};

describe("a browser that says where a request comes from", () => {
  test("is let in from the same origin", () => {
    expect(forged({ "sec-fetch-site": "same-origin" })).toBeUndefined();
  });

  test.each(["cross-site", "same-site", "none"])("is refused from %s", (site) => {
    expect(forged({ "sec-fetch-site": site })).toContain(site);
  });

  test("is refused from another site whatever else it sends", () => {
    const headers = { "sec-fetch-site": "cross-site", origin: "http://tsq.internal:4567" };

    expect(forged(headers, { cookie: "token", field: "token" })).toContain("cross-site");
  });
});

describe("a browser that says the origin alone", () => {
  test("is let in from the host that was asked, also where a proxy ends TLS", () => {
    expect(forged({ origin: "http://tsq.internal:4567" })).toBeUndefined();
    expect(forged({ origin: "https://tsq.internal:4567" })).toBeUndefined();
  });

  test("is let in from an origin that was configured", () => {
    const headers = { origin: "https://ops.example.com" };

    expect(forged(headers)).toContain("https://ops.example.com");
    expect(forged(headers, { origins: ["https://ops.example.com"] })).toBeUndefined();
  });

  test.each([
    "https://evil.example",
    "http://tsq.internal",
    "http://tsq.internal:4567.evil.example",
    "null",
    "",
  ])("is refused from %j, also with a token", (origin) => {
    expect(forged({ origin }, { cookie: "token", field: "token" })).toBeDefined();
  });
});

describe("what says neither", () => {
  test("is let in with the token of its cookie", () => {
    expect(forged({}, { cookie: "secret", field: "secret" })).toBeUndefined();
    expect(forged({ "x-csrf-token": "secret" }, { cookie: "secret" })).toBeUndefined();
  });

  test("is refused with another token, an empty one or none", () => {
    expect(forged({}, { cookie: "secret", field: "other" })).toBeDefined();
    expect(forged({}, { cookie: "", field: "" })).toBeDefined();
    expect(forged({}, { field: "secret" })).toBeDefined();
    expect(forged({})).toBeDefined();
  });
});
