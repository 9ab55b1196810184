import { expect, test } from "vitest";
import { EN, html, Words } from "../support/inside-web.ts";

const words = new Words();

test.for([
  [0.44, "0.4 ms"],
  [38, "38 ms"],
  [1_240, "1.2 s"],
  [48_900, "48 s"],
  [252_000, "4 min 12 s"],
  [180_000, "3 min"],
  [11_100_000, "3 h 5 min"],
  [187_200_000, "2 d 4 h"],
] as const)("%s ms are said as %s", ([ms, said]) => {
  expect(String(words.span(ms))).toBe(said);
});

test.for([
  [0, "0 %"],
  [0.0002, "&lt; 0.1 %"],
  [0.024, "2.4 %"],
  [0.51, "51 %"],
] as const)("a share of %s is %s", ([share, said]) => {
  expect(String(words.percent(share))).toBe(said);
});

test("a moment is near or far, before or after", () => {
  expect(String(words.relative(0, 4_000))).toBe("now");
  expect(String(words.relative(0, 360_000))).toBe("6 min ago");
  expect(String(words.relative(10_800_000, 0))).toBe("in 3 h");
});

test("numbers are written as the language writes them, and large ones stay readable", () => {
  expect(new Words("de").number(104_212)).toBe("104.212");
  expect(String(words.bytes(735_000_000))).toBe("735 MB");
});

test("a value in a phrase is escaped, and markup in it stays", () => {
  expect(String(words.say("client.in", { time: "<b>" }))).toBe("in &lt;b&gt;");
  expect(String(words.say("client.in", { time: html`<b>5</b>` }))).toBe("in <b>5</b>");
});

test("a phrase that a language lacks is said in English", () => {
  expect(String(new Words("de", {}).say("nav.queues"))).toBe("Queues");
});

test("the script's phrases are all of those that begin so", () => {
  const keys = Object.keys(EN).filter((key) => key.startsWith("client."));

  expect(Object.keys(JSON.parse(words.ofScript()) as object)).toHaveLength(keys.length);
});
