/** What is code in a Ruby text, as `tsq doctor` reads it. */
import { describe, expect, test } from "vitest";
import { readRuby } from "../support/inside-tsq.ts";

/** What is left of a text, without the blanks. */
const bare = (text: string): string => readRuby(text).bare.replaceAll(/\s+/g, " ").trim();
const code = (text: string): string => readRuby(text).code.replaceAll(/\s+/g, " ").trim();

describe("comments are no code", () => {
  test.for([
    ["a # b\nc", "a c"],
    ["a\n=begin\nb\n=end\nc", "a c"],
    ["a\n__END__\nb", "a"],
    ['a "#{b} # c" # d', 'a "#{b} # c"'],
    ["a '# b' # c", "a '# b'"],
    ["a ?# b", "a ?# b"],
    ["x.valid? # b", "x.valid?"],
    ["a %w[# b] # c", "a %w[# b]"],
    ["a =~ /# b/ # c", "a =~ /# b/"],
  ] as const)("%j", ([text, left]) => {
    expect(code(text)).toBe(left);
  });
});

describe("what stands in strings is no word of the program", () => {
  test.for([
    ['a "b" c', 'a " " c'],
    [`a "b \\" d" c`, 'a " " c'],
    ['a "b #{d["e"]} f" c', 'a " " c'],
    ["a 'it\\'s' c", "a ' ' c"],
    ['a "[#{b.join "\\"}"}]" c', 'a " " c'],
    ['a "b #{"c #{d \'"\'}"}" e', 'a " " e'],
    ['a "b #{$\'}" c', 'a " " c'],
    ["a %w[b d] c", "a %w[ ] c"],
    ["a %q(b (d) e) c", "a %q( ) c"],
    ["a <<~X\n  b 'c\nX\nd", "a <<~X d"],
    ["a(<<~X, <<-Y)\n  b\nX\n  c\n  Y\nd", "a(<<~X, <<-Y) d"],
    ["a = /b'd/ c", "a = / / c"],
    ["a / b 'd' / c", "a / b ' ' / c"],
    ["class << self\n a 'b'", "class << self a ' '"],
    ["a <<~eos\n  Don't\neos\nb 'c'", "a <<~eos b ' '"],
    ["a <<-txt\n  b\n  txt\nc", "a <<-txt c"],
    ['a <<~"The end"\n  b\n  The end\nc', 'a <<~"The end" c'],
    ["a <<X\n  X\nX\nb", "a <<X b"],
    ["LIST<<Item\na\nItem\nb", "LIST<<Item a Item b"],
    ["a <<Item\nb", "a <<Item b"],
    ["a <<~gone\nb", "a <<~gone b"],
    ["a <<item\nb\nitem\nc", "a <<item b item c"],
    ["a = $' + 'b'", "a = $' + ' '"],
    ["a % b", "a % b"],
  ] as const)("%j", ([text, left]) => {
    expect(bare(text)).toBe(left);
  });
});

test("each character stays where it was", () => {
  const text = `a "b\n c" # d\n=begin\ne\n=end\n<<~X\n f\nX\ng = /h/ ? 'ü' : %i[j]\n`;

  const read = readRuby(text);

  for (const one of [read.code, read.bare]) {
    expect(one).toHaveLength(text.length);
    expect([...one.matchAll(/\n/g)].map(({ index }) => index)).toEqual(
      [...text.matchAll(/\n/g)].map(({ index }) => index),
    );
  }
});

test.for([
  ["a 'b'", true],
  ["a 'b", false],
  ['a "#{b"', false],
  ["a %w[b", false],
  ["a # don't", true],
  ["a <<~X\n don't\nX\n", true],
] as const)("of %j it is known whether all of it made sense", ([text, isWhole]) => {
  expect(readRuby(text).isWhole).toBe(isWhole);
});

describe("a text that keeps a reader busy is read to its end", () => {
  test.for<readonly [string, string]>([
    ["divisions", "a / ".repeat(125_000)],
    ["brackets in what may be a regular expression", `a = /${"[]".repeat(400)}\n`],
    ["texts in texts", 'a "#{'.repeat(100_000)],
    ["names of texts that never begin", Array.from({ length: 50_000 }, (_, i) => `a <<~B${i}\n`).join("")],
  ])("%s", ([, text]) => {
    expect(readRuby(text).bare).toHaveLength(text.length);
  });
});
