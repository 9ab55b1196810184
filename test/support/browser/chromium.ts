/** The Chromium of this machine, for suites that look at the dashboard as people do. */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";
import { describe, expect, test } from "vitest";
import { hasNativeRedis } from "../native-redis.ts";
import { isRequired } from "../required.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const NO_CHROMIUM = `there is no ${NAMES.join(", ")} on PATH: apt-get install chromium`;
const NO_SERVER = "there is no redis-server or valkey-server on PATH: apt-get install redis-server";

// Root has no sandbox. The rest keeps it from asking the network for anything that no test asks of it.
const ARGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Whether TSQ_BROWSER=all asks for every combination, which takes twice as long. */
export const isAllAsked = (): boolean => process.env["TSQ_BROWSER"] === "all";

/** Starts it, without a window. */
export const startChromium = async (): Promise<Browser> => {
  const executablePath = installed();
  if (executablePath === undefined) throw new Error(`Expected a Chromium: ${NO_CHROMIUM}.`);
  return chromium.launch({ executablePath, args: ARGS });
};

/** Describes what Chromium shows; where there is none, or no server, the test of `testChromium` says so. */
export const describeInChromium = (title: string, body: () => void): void => {
  describe.runIf(whyNot() === undefined)(title, body);
};

/** Registers a test that starts Chromium; without one it is skipped with the reason, or fails if TSQ_REQUIRE lists `chromium`. */
export const testChromium = (): void => {
  test("a Chromium for the browser suite", async ({ skip }) => {
    const why = whyNot();
    if (why !== undefined) {
      console.warn(`Skipped: the browser suite, because ${why}.`);
      skip(why);
    }
    const browser = await startChromium();

    const version = browser.version();

    await browser.close();
    expect(version).toMatch(/^\d+\./);
  });
};

/** What is missing, unless TSQ_REQUIRE lists it: then the suite runs, and fails. */
const whyNot = (): string | undefined => {
  if (installed() === undefined && !isRequired("chromium")) return NO_CHROMIUM;
  return hasNativeRedis() || isRequired("native") ? undefined : NO_SERVER;
};

const installed = (): string | undefined =>
  NAMES.flatMap((name) =>
    (process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, name)),
  ).find(isExecutable);

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};
