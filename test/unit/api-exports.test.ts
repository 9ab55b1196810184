import * as coreApi from "@tsq/core/api";
import { expect, test } from "vitest";
import * as tsqApi from "../../packages/tsq/dist/api.js";

test("`tsq/api` has every name of `@tsq/core/api`", () => {
  expect({ ...tsqApi }).toEqual({ ...coreApi });
});
