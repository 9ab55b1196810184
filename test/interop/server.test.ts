import { testNativeServer } from "../support/native-required.ts";

testNativeServer("Ruby Sidekiq and tsq");
