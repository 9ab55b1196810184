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
    ["a %w[b d] c", "a %w[ ] c"],
    ["a %q(b (d) e) c", "a %q( ) c"],
    ["a <<~X\n  b 'c\nX\nd", "a <<~X d"],
    ["a(<<~X, <<-Y)\n  b\nX\n  c\n  Y\nd", "a(<<~X, <<-Y) d"],
    ["a = /b'd/ c", "a = / / c"],
    ["a / b 'd' / c", "a / b ' ' / c"],
    ["class << self\n a 'b'", "class << self a ' '"],
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
