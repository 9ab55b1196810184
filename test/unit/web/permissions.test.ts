/** Who may do what. */
import type { Authorize, Role } from "tsq/web";
import { describe, expect, test } from "vitest";
import { ACTIONS, Permissions } from "../../support/inside-web.ts";

const NO_RULES = { readOnly: false, authorize: undefined };

const as = (role: Role, rules: ConstructorParameters<typeof Permissions>[1] = NO_RULES) =>
  new Permissions({ name: "mira", role }, rules);

/** The actions that a user may do. */
const allowed = async (permissions: Permissions): Promise<string[]> =>
  Object.entries(await permissions.reasons()).flatMap(([action, reason]) =>
    reason === undefined ? [action] : [],
  );

describe("roles", () => {
  test("a viewer looks, and may do nothing else", async () => {
    expect(await allowed(as("viewer"))).toEqual(["look", "audit"]);
  });

  test("an operator repairs, and does nothing that ends or empties things for all", async () => {
    const may = await allowed(as("operator"));

    expect(may).toEqual(expect.arrayContaining(["job.retry", "job.kill", "queue.pause", "process.stop"]));
    for (const action of ["set.delete", "set.kill", "queue.clear", "fleet.quiet", "fleet.stop"])
      expect(may).not.toContain(action);
  });

  test("an admin may do everything", async () => {
    expect(await allowed(as("admin"))).toEqual(Object.keys(ACTIONS));
  });

  test("the reason names the role that is needed", async () => {
    expect(await as("viewer").why("job.retry")).toBe("Needs the role operator.");
  });
});

describe("a dashboard that is read-only", () => {
  test("lets even an admin only look", async () => {
    expect(await allowed(as("admin", { ...NO_RULES, readOnly: true }))).toEqual(["look", "audit"]);
  });
});

describe("authorize", () => {
  test("is told who would do what to which subject", async () => {
    const asked: unknown[] = [];
    const permissions = as("admin", { ...NO_RULES, authorize: (...of) => asked.push(of) > 0 });

    await permissions.why("queue.clear", { queue: "mailers" });

    expect(asked).toEqual([[{ name: "mira", role: "admin" }, "queue.clear", { queue: "mailers" }]]);
  });

  test("keeps out by anything but true", async () => {
    for (const answer of [false, undefined, null, 0, "no", "yes", 1, {}]) {
      // As from JavaScript, where anything can come.
      const authorize = () => answer as boolean;

      expect(await as("admin", { ...NO_RULES, authorize }).why("job.retry")).toBeDefined();
    }
    expect(await as("admin", { ...NO_RULES, authorize: async () => true }).why("job.retry")).toBeUndefined();
  });

  test("is asked for each of many where it is given, and nobody for any where it is not", async () => {
    const authorize: Authorize = (_, __, { jid }) => jid === "a";
    const jobs = [{ jid: "a" }, { jid: "b" }];

    expect(await as("admin", { ...NO_RULES, authorize }).whyEach("look", jobs)).toEqual([
      undefined,
      "You may not do this.",
    ]);
    expect(await as("admin", NO_RULES).whyEach("look", jobs)).toEqual([]);
  });

  test("cannot let anybody do what the role does not", async () => {
    expect(await as("viewer", { ...NO_RULES, authorize: () => true }).why("job.retry")).toBeDefined();
  });
});
