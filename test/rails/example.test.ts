import { expect, test } from "vitest";
import { describeEachRails, runExample } from "../support/rails-example.ts";

await describeEachRails((generation) => {
  test("every job of the example runs where it should, in both languages, and nothing stays", async () => {
    const { code, output } = await runExample(["--ruby", generation], 580_000);

    expect(code, output).toBe(0);
    expect(output).toContain("Every job ran where it should.");
    expect(output).toMatch(/│ ZaloMessageJob +│ Ruby +│ 4 +│ +│ 4 +│/);
    expect(output).toMatch(/│ SendNotificationJob +│ Ruby, TypeScript +│ 270 +│ +│ +│/);
    if (generation === "6") expect(output).toContain("✓ the Super Admin sees /sidekiq/busy (got 200)");
    if (generation === "6") expect(output).toContain("✓ a form of another site is refused (got 403)");
  });
});
