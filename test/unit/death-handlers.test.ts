/** Who is told of a death when one of the handlers fails. */
import { tellDeath } from "@tsq/core/protocol";
import { expect, test } from "vitest";

test("every death handler is told, in order, and each failure is handed on", async () => {
  const told: string[] = [];
  const failures: unknown[] = [];
  const fails = (name: string) => (): never => {
    told.push(name);
    throw new RangeError(name);
  };
  const later = async (): Promise<never> => {
    await Promise.resolve();
    return fails("b")();
  };

  await tellDeath([fails("a"), later, () => told.push("c")], {}, new Error("no"), (thrown) =>
    failures.push(thrown),
  );

  expect(told).toEqual(["a", "b", "c"]);
  expect(failures).toEqual([new RangeError("a"), new RangeError("b")]);
});
