import { testNativeServer } from "../support/native-required.ts";

testNativeServer("the integration tests once more");
