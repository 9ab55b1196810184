/** What two errors must have in common to be one. */
import { describe, expect, test } from "vitest";
import { fingerprintOf } from "../support/inside-core.ts";

describe("messages are alike", () => {
  test.each([
    ["Couldn't find User with 'id'=42", "Couldn't find User with 'id'=43"],
    ["timeout after 5.03 s", "timeout after 12 s"],
    ["card 4242-4242 declined", "card 1-2 declined"],
    ["No such customer: 'cus_Nx81kd93jd'", "No such customer: 'cus_00aa'"],
    ["No such customer: cus_Nx81kd93jd", "No such customer: cus_77jd81jsxx"],
    ["to ada@example.com failed", "to bob.x+1@mail.example.org failed"],
    ["GET https://api.example.com/v1/a?b=c: 500", "GET https://other.example.com/: 502"],
    ["undefined method `x' for #<User:0x000071>", "undefined method `x' for #<User:0x0000ff9912>"],
    ["job 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d", "job 00000000-0000-0000-0000-000000000000"],
    ["with #<TCPSocket:(closed)>", "with #<TCPSocket:(open)>"],
    ["for #<User:0x0001>", 'for #<User:0x0002 @name="Ada">'],
    ["connect to 10.0.0.1:6379 refused", "connect to 192.168.100.7:80 refused"],
    ["connect to [fe80::1:2:3] refused", "connect to [2001:db8::8a2e:370:7334] refused"],
    ["sha deadbeef00112233 missing", "sha 0123456789abcdef missing"],
    ['key "a" exists\nDETAIL: one', 'key "bb" exists\nDETAIL: another'],
    ["ids 1, 2, 3 are gone", "ids 4 are gone"],
    ["  two   spaces 1", "two spaces 2 "],
  ])("%j and %j", (one, other) => {
    expect(fingerprintOf(one)).toBe(fingerprintOf(other));
  });
});

describe("messages are not alike", () => {
  test.each([
    ["timeout", "refused"],
    ["can't open the file", "can't read the file"],
    ["Net::ReadTimeout", "Net::OpenTimeout"],
    ["Net::BAD::Gateway", "Net::DEAD::Gateway"],
    ["undefined method for nil", "undefined method for User"],
    ["feedback missing", "decade missing"],
  ])("%j and %j", (one, other) => {
    expect(fingerprintOf(one)).not.toBe(fingerprintOf(other));
  });
});

test.each([
  ["Net::ReadTimeout with #<TCPSocket:(closed)>", "Net::ReadTimeout with #<TCPSocket:…>"],
  ["undefined method for #<User:0x0071>", "undefined method for #<User:…>"],
  ["no #<User id: 7>", "no #<User…>"],
  ["no #<User> here", "no #<User> here"],
])("%j shows where something was left out: %j", (message, fingerprint) => {
  expect(fingerprintOf(message)).toBe(fingerprint);
});

test.each([
  ['say "x" now', "say … now"],
  ["say `x` now", "say … now"],
  ["say `x' now", "say … now"],
  ["say 'x' now", "say … now"],
  ["ask a+b://c now", "ask … now"],
  ["ask a@b.c now", "ask … now"],
  ["at 0XBEEF now", "at … now"],
  ["id AAAAAAAA-bbbb-cccc-dddd-eeeeeeeeeeee now", "id … now"],
  ["at ab:cd:ef:1 now", "at … now"],
  ["sha deadbee1 now", "sha … now"],
  ["ref cus_one2three4 now", "ref … now"],
  ["after +1 now", "after … now"],
  ["a … , … b", "a … b"],
])("%j alone in a message is left out: %j", (message, fingerprint) => {
  expect(fingerprintOf(message)).toBe(fingerprint);
});

test.each([
  ["quotes", '"'.repeat(1_000_000)],
  ["letters", "a".repeat(1_000_000)],
  ["digits", "1".repeat(1_000_000)],
  ["digits and letters", "1a_".repeat(300_000)],
  ["colons", ":".repeat(1_000_000)],
  ["addresses", "a.@".repeat(300_000)],
  ["objects", "#<a:".repeat(300_000)],
])("a million %s take no longer than a short message", (_, message) => {
  expect(fingerprintOf(message).length).toBeLessThanOrEqual(400);
});
