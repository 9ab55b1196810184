import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VERSION } from "tsq";

const PACKAGES = new URL("../../packages/", import.meta.url);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

const manifests = readdirSync(PACKAGES).map(
  // Written by npm and by us, and always of this shape.
  (name) => JSON.parse(readFileSync(new URL(`${name}/package.json`, PACKAGES), "utf8")) as Manifest,
);

test.for(manifests)(
  "$name has the one version of all packages, the same that the code says",
  ({ version }) => {
    expect(version).toBe(VERSION);
  },
);

test.for(manifests)("$name asks for its sisters in exactly this version", ({ dependencies = {} }) => {
  const sisters = Object.entries(dependencies).filter(([name]) => name === "tsq" || name.startsWith("@tsq/"));

  expect(sisters.map(([, version]) => version)).toEqual(sisters.map(() => VERSION));
});
