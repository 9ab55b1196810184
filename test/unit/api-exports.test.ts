import * as coreApi from "@tsq/core/api";
import * as tsqApi from "tsq/api";
import { expect, test } from "vitest";

test("`tsq/api` has every name of `@tsq/core/api`", () => {
  expect({ ...tsqApi }).toEqual({ ...coreApi });
});
