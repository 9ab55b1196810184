/** The ERB subset of config files: what it renders, what it refuses, and that Ruby renders the same. */
import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { evaluateErb } from "../../packages/tsq/dist/erb.js";

const env = { THREADS: "12", NAME: "mail", EMPTY: "", WORDS: "7 dwarfs", RATE: "1.5e3", LINES: "a: 1\nb: 2" };

const render = (template: string): string => evaluateErb(template, { file: "config/sidekiq.yml", env }).text;

const refusal = (template: string): string => {
  try {
    return `rendered ${render(template)}`;
  } catch (error) {
    expect(error).toMatchObject({ code: "TSQ_CONFIG" });
    return (error as Error).message;
  }
};

const RENDERED: readonly (readonly [template: string, text: string])[] = [
  // variables
  ["<%= ENV['THREADS'] %>", "12"],
  ['<%=ENV["THREADS"]%>', "12"],
  ["<%= ENV['UNSET'] %>", ""],
  ["<%= ENV['UNSET'] || 5 %>", "5"],
  ["<%= ENV['UNSET'] || ENV['NAME'] || 'none' %>", "mail"],
  ["<%= ENV['EMPTY'] || 5 %>", ""],
  ["<%= ENV.fetch('THREADS', 5) %>", "12"],
  ["<%= ENV.fetch('UNSET', 5) %>", "5"],
  ["<%= ENV.fetch('UNSET', nil) %>", ""],
  ['<%= ENV.fetch("UNSET") { 5 } %>', "5"],
  ['<%= ENV.fetch("THREADS") { ENV.fetch("ALSO_UNSET") } %>', "12"],
  ["<%= ENV.fetch('EMPTY', 5) %>", ""],
  // conversions
  ["<%= ENV['THREADS'].to_i + 1 %>", "13"],
  ["<%= ENV['UNSET'].to_i %>", "0"],
  ["<%= ENV['WORDS'].to_i %>", "7"],
  ["<%= ENV['NAME'].to_i %>", "0"],
  ["<%= ENV['RATE'].to_f %>", "1500.0"],
  ["<%= ENV['RATE'].to_f.to_i %>", "1500"],
  ["<%= (ENV['UNSET'] || 5).to_i %>", "5"],
  ["<%= ENV['THREADS'].to_s.to_i %>", "12"],
  ["<%= -2.to_s %>", "-2"],
  // arithmetic
  ["<%= 2 + 3 * 4 %>", "14"],
  ["<%= (2 + 3) * 4 %>", "20"],
  ["<%= 10 - 2 - 3 %>", "5"],
  ["<%= -7 / 2 %>", "-4"],
  ["<%= 7 / 2.0 %>", "3.5"],
  ["<%= 10_000 * 0x10 + 010 %>", "160008"],
  ["<%= 90071992547409930 + 1 %>", "90071992547409931"],
  ["<%= 1.0 / 3 * 3 %>", "1.0"],
  // conditions: only nil and false are false
  ["<%= ENV['NAME'] == 'mail' ? 10 : 5 %>", "10"],
  ["<%= ENV['NAME'] != 'mail' ? 10 : 5 %>", "5"],
  ["<%= ENV['UNSET'] ? 1 : 2 %>", "2"],
  ["<%= ENV['EMPTY'] ? 1 : 2 %>", "1"],
  ["<%= 0 ? 1 : 2 %>", "1"],
  ["<%= false || nil %>", ""],
  ["<%= 1 == 1.0 %>", "true"],
  ["<%= '1' == 1 %>", "false"],
  ["<%= nil ? 1 : false ? 2 : 3 %>", "3"],
  ["<%= true ? 1 : ENV.fetch('UNSET') %>", "1"],
  // text
  [String.raw`<%= 'it\'s' %> <%= "a\tb" %> <%= '\n' %>`, "it's a\tb \\n"],
  ["a <%# a comment %>b", "a b"],
  ["<%# a comment -%>\nb", "b"],
  ["<%# a comment -%>\r\nb", "b"],
  ["<%# a comment -%> \nb", " \nb"],
  ["a: <%= 1 -%>\nb: <%= 2 %>\nc", "a: 1b: 2\nc"],
  ["a <%= 1 -%>", "a 1"],
  ["<%%= 1 %> %%> <%= '%%>' %>", "<%= 1 %> %%> %>"],
  ["<%=\n  ENV['UNSET'] ||\n  5\n%>", "5"],
  ["% 1\n%% 2", "% 1\n%% 2"],
];

const REFUSED: readonly (readonly [template: string, reason: string])[] = [
  ["<%= Rails.env %>", "`Rails` is not understood there"],
  ["<%= `id` %>", "``` is not understood"],
  ["<%= system('id') %>", "`system` is not understood there"],
  ["<%= ENV['A'].upcase %>", "`.upcase` is not among the methods tsq knows"],
  ["<%= ENV['A'].to_i(16) %>", "`(` is not understood there"],
  ["<%= ENV[name] %>", "ENV takes the name of a variable in quotes"],
  ["<%= ENV['A' %>", "it ends too early"],
  ["<%= ENV.key?('A') %>", "`key?` is not understood there, expected `fetch`"],
  ["<%= ENV.fetch('A') do 5 end %>", "`do` is not understood there"],
  ["<%= %>", "it ends too early"],
  ["<%= 1 + %>", "it ends too early"],
  ["<%= 1\n+ 2 %>", "`+` is not understood there"],
  ["<%= 1; 2 %>", "`;` is not understood"],
  ["<%= 1 == 1 == 1 %>", "`==` is not understood there"],
  ["<%= 09 %>", "`09` is no octal number"],
  ["<%= 'a' + 'b' %>", "`+` needs two numbers; add `.to_i`"],
  ["<%= ENV['UNSET'] * 2 %>", "`*` needs two numbers; add `.to_i`"],
  ["<%= -ENV['THREADS'] %>", "`-` needs a number; add `.to_i`"],
  ["<%= 1 / 0 %>", "it divides by zero"],
  ["<%= true.to_i %>", "`true` has no `.to_i`"],
  ["<%= (1.0 / 0).to_i %>", "infinity is no integer"],
  ['<%= "#{1}" %>', "a string may not contain `#{…}`"],
  [String.raw`<%= "\x41" %>`, "the escape `\\x` is not understood"],
  ["<%= constructor %>", "`constructor` is not understood there"],
  [`<%= ${"(".repeat(100_000)} %>`, "it is too long"],
  ["<% threads = 5 %>", "it is a statement"],
  ["<% if ENV['A'] %>x<% end %>", "it is a statement"],
  ["<%- 5 -%>", "it is a statement"],
  ["<% # a comment %>", "it is a statement"],
  ["<%= ENV['A']", "it is never closed with `%>`"],
  ["<%# a comment %%> more", "it is never closed with `%>`"],
];

describe("what configuration needs is rendered", () => {
  test.each(RENDERED)("%j is %j", (template, text) => {
    expect(render(template)).toBe(text);
  });

  test("text without a tag is unchanged", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }).filter((text) => !text.includes("<%")),
        (text) => {
          expect(render(text)).toBe(text);
        },
      ),
    );
  });

  test("a variable's value arrives as it is, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        const { text } = evaluateErb("a <%= ENV['X'] %> b", { file: "f", env: { X: value } });

        expect(text).toBe(`a ${value} b`);
      }),
    );
  });

  test("each rendered line knows the line it was written on", () => {
    const template = "<%# one\ntwo -%>\nthree\n<%= ENV['LINES'] %>\nfive <%= 5\n%>\nseven";

    const { text, lines } = evaluateErb(template, { file: "f", env });

    expect(text.split("\n")).toEqual(["three", "a: 1", "b: 2", "five 5", "seven"]);
    expect(lines).toEqual([3, 4, 4, 5, 7]);
  });
});

const PIECES =
  `<%= <%# <% %> -%> %%> ENV [ ] ( ) { } 'A' " ' \\ . fetch to_i to_f || == ? : + - / 1 09 2.5 , nil \n`
    .split(" ")
    .concat(" ");

describe("everything else is refused, and never run", () => {
  test.each(
    REFUSED.map(([template, reason]) => ({ template: template.slice(0, 60), reason, whole: template })),
  )("$template: $reason", ({ whole, reason }) => {
    expect(refusal(whole)).toContain(reason);
  });

  test("the error names the file, the line, the fragment and what to do", () => {
    const message = refusal("# first\na: 1\nb: <%= Rails.root %>\n");

    expect(message).toMatch(/^config\/sidekiq\.yml:3: tsq cannot evaluate `<%= Rails\.root %>`: /);
    expect(message).toMatch(/tsq evaluates only .*; write a plain value\.$/);
  });

  test("a variable that must be set is named", () => {
    const message = refusal("a: <%= ENV.fetch('SIDEKIQ_THREADS') %>");

    expect(message).toContain("the environment variable `SIDEKIQ_THREADS` is not set.");
    expect(message).toContain("Set it, or give a default: ENV.fetch('SIDEKIQ_THREADS', default).");
  });

  test("no input makes it fail in another way", () => {
    const piece = fc.constantFrom(...PIECES);
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        expect(refusal(pieces.join(""))).toBeTypeOf("string");
      }),
      { numRuns: 2_000 },
    );
  });
});

const RUBY = "ruby";
const hasRuby = spawnSync(RUBY, ["-rerb", "-rjson", "-e", "1"]).status === 0;
const isRubyRequired = (process.env["TSQ_REQUIRE"] ?? "").split(",").includes("ruby");
if (!hasRuby && !isRubyRequired) console.warn("Skipped: Ruby's own ERB, because there is no `ruby` on PATH.");

test.skipIf(!hasRuby && !isRubyRequired)("Ruby renders all of it the same", () => {
  const script = `puts JSON.generate(JSON.parse($stdin.read).map { |text| ERB.new(text, trim_mode: "-").result })`;
  const templates = RENDERED.map(([template]) => template);

  const { stdout } = spawnSync(RUBY, ["-rerb", "-rjson", "-Eutf-8", "-W0", "-e", script], {
    input: JSON.stringify(templates),
    env: { ...env, PATH: process.env["PATH"] },
    encoding: "utf8",
  });

  expect(JSON.parse(stdout)).toEqual(RENDERED.map(([, text]) => text));
});
