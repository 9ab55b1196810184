/** The ERB subset of config files: what it renders, what it refuses, and that Ruby renders the same. */
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { anyText } from "../support/any-text.ts";
import { evaluateErb } from "../support/inside-tsq.ts";
import { runs } from "../support/runs.ts";

const FILE = "config/sidekiq.yml";
const env = { THREADS: "12", NAME: "mail", EMPTY: "", WORDS: "7 dwarfs", RATE: "1.5e3", LINES: "a: 1\nb: 2" };

const render = (template: string): string => evaluateErb(template, { file: FILE, env }).text;

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
  // Ruby's functions, strict where the methods are not
  ["<%= Integer(ENV['THREADS']) + Integer(ENV.fetch('UNSET', '5')) %>", "17"],
  [
    "<%= Integer(' -1_000 ') %> <%= Integer(5.9) %> <%= Integer(-5.9) %> <%= -Integer('5') %>",
    "-1000 5 -5 -5",
  ],
  ["<%= Integer('0x1F') %> <%= Integer('010') %> <%= Integer('0b11') %> <%= Integer('0o17') %>", "31 8 3 15"],
  ["<%= Integer('0d19') %> <%= Integer('0_7') %> <%= Integer('-0x1f') %> <%= Integer('0') %>", "19 7 -31 0"],
  ["<%= Integer('99999999999999999999') %>", "99999999999999999999"],
  ["<%= Float('1.5') %> <%= Float(' 1 ') %> <%= Float('.5') %> <%= Float('1_0e2') %>", "1.5 1.0 0.5 1000.0"],
  ["<%= String(5) + String(nil) %>", "5"],
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
  ["<%= ENV['NAME'] + '_' + 'a' + 1.to_s %>", "mail_a1"],
  ["<%= __FILE__ %> <%= __dir__ + '/x' %>", `${resolve(FILE)} ${resolve("config")}/x`],
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

/** What Ruby knows where ActiveSupport is loaded. */
const WITH_ACTIVE_SUPPORT: typeof RENDERED = [
  ["<%= ENV['UNSET'].presence || 5 %> <%= ENV['EMPTY'].presence || 5 %>", "5 5"],
  [
    "<%= ENV['NAME'].presence || 5 %> <%= ' \u00a0\u0085'.presence || 5 %><%= '\ufeff'.presence %>",
    "mail 5\ufeff",
  ],
  [
    '<%= "\t \n".presence || 5 %> <%= 0.presence %> <%= true.presence %> <%= false.presence || 6 %>',
    "5 0 true 6",
  ],
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
  ["<%= 'a' + 1 %>", "`+` joins a string to a string alone; add `.to_s`"],
  ["<%= 1 + 'a' %>", "`+` needs two numbers; add `.to_i`"],
  ["<%= nil + 'a' %>", "`+` needs two numbers; add `.to_i`"],
  ["<%= 'a' - 'b' %>", "`-` needs two numbers; add `.to_i`"],
  ["<%= Integer(ENV['UNSET']) %>", "`Integer(nil)` is an error in Ruby too"],
  ["<%= Integer(ENV['EMPTY']) %>", '`Integer("")` is an error in Ruby too'],
  ...["08", "1__0", "_1", "1_", "5a", "5.5", "- 5", "0x", "0_8", "０", "5\u00a0"].map(
    (text) => [`<%= Integer('${text}') %>`, `\`Integer("${text}")\` is an error in Ruby too`] as const,
  ),
  ["<%= Integer(true) %>", "`Integer(true)` is an error in Ruby too"],
  ...["1.", "", "a", ".", "1e", "1__0"].map(
    (text) => [`<%= Float('${text}') %>`, `\`Float("${text}")\` is an error in Ruby too`] as const,
  ),
  ["<%= Integer 5 %>", "`5` is not understood there, expected `(`"],
  ["<%= exit(5) %>", "`exit` is not understood there"],
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
  test.each([...RENDERED, ...WITH_ACTIVE_SUPPORT])("%j is %j", (template, text) => {
    expect(render(template)).toBe(text);
  });

  test("text without a tag is unchanged", () => {
    fc.assert(
      fc.property(
        anyText.filter((text) => !text.includes("<%")),
        (text) => {
          expect(render(text)).toBe(text);
        },
      ),
    );
  });

  test("a variable's value arrives as it is, whatever it holds", () => {
    fc.assert(
      fc.property(anyText, (value) => {
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

describe("in a YAML comment", () => {
  test.each([
    ["# <%= Rails.env %>\na: 1", "# \na: 1"],
    ["a: 1 # <%= Foo.new %> and <%= ENV.fetch('UNSET') %>\n", "a: 1 #  and \n"],
    ["a: 1\n  # deep <%= `id` %>: <%= ENV['NAME'] %>\nb: 2", "a: 1\n  # deep : mail\nb: 2"],
  ])("a value that tsq cannot evaluate says nothing: %j", (template, text) => {
    expect(render(template)).toBe(text);
  });

  test.each([
    ["a: 'it # <%= Foo.new %>'", "`Foo` is not understood there"],
    ["a: b#<%= Foo.new %>", "`Foo` is not understood there"],
    ["a: |\n  # <%= Foo.new %>", "`Foo` is not understood there"],
    ["# <%= Foo.new %>\na: <%= Bar.new %>", "`Bar` is not understood there"],
    ["# <% if Foo.new %>\na: 1\n# <% end %>", "it is a statement"],
  ])("but not where it only looks like one: %j", (template, reason) => {
    expect(refusal(template)).toContain(reason);
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
      { numRuns: runs(2_000) },
    );
  });
});

const RUBY = "ruby";
const hasRuby = spawnSync(RUBY, ["-rerb", "-rjson", "-e", "1"]).status === 0;
const isRubyRequired = (process.env["TSQ_REQUIRE"] ?? "").split(",").includes("ruby");
if (!hasRuby && !isRubyRequired) console.warn("Skipped: Ruby's own ERB, because there is no `ruby` on PATH.");

const hasActiveSupport = spawnSync(RUBY, ["-rlogger", "-ractive_support", "-e", "1"]).status === 0;
if (hasRuby && !hasActiveSupport)
  console.warn("Skipped: `.presence` in Ruby, because it has no ActiveSupport.");

describe.skipIf(!hasRuby && !isRubyRequired)("Ruby", () => {
  const rendered = (templates: readonly string[], libraries: readonly string[] = []): unknown => {
    // As Sidekiq does it; what raises is null.
    const script = `puts JSON.generate(JSON.parse($stdin.read).map { |text|
      erb = ERB.new(text, trim_mode: "-")
      erb.filename = File.expand_path("${FILE}")
      begin; erb.result; rescue ArgumentError, TypeError, NameError; nil; end })`;
    const flags = ["erb", "json", ...libraries].map((library) => `-r${library}`);
    const { stdout } = spawnSync(RUBY, [...flags, "-Eutf-8", "-W0", "-e", script], {
      input: JSON.stringify(templates),
      env: { ...env, PATH: process.env["PATH"] },
      encoding: "utf8",
    });
    return JSON.parse(stdout);
  };

  test("renders all of it the same", () => {
    expect(rendered(RENDERED.map(([template]) => template))).toEqual(RENDERED.map(([, text]) => text));
  });

  test("refuses the same conversions and sums", () => {
    const refused = REFUSED.filter(([template]) => /Integer\(|Float\(|'a' [-+]|\+ 'a'/.test(template));

    expect(refused.length).toBeGreaterThan(20);
    expect(rendered(refused.map(([template]) => template))).toEqual(refused.map(() => null));
  });

  test.skipIf(!hasActiveSupport)("with ActiveSupport renders `.presence` the same", () => {
    const libraries = ["logger", "active_support", "active_support/core_ext/object/blank"];

    expect(
      rendered(
        WITH_ACTIVE_SUPPORT.map(([template]) => template),
        libraries,
      ),
    ).toEqual(WITH_ACTIVE_SUPPORT.map(([, text]) => text));
  });
});
