/** The hash of a cron entry, and the times in it, as each version of sidekiq-cron writes and reads them. */
import { describe, expect, test } from "vitest";
import {
  readDefinition,
  instantOfNumber,
  isNumericTime,
  layoutOf,
  readFields,
  readRubyTime,
  rubyTime,
  tickMember,
  writeFields,
} from "../support/inside-cron.ts";
import { vector } from "../support/vectors.ts";

describe.each([
  ["6.4.1", "cron_job:", 1],
  ["7.3.2", "cron_job:", 1],
  ["8.1.7", "cron_job:default:", 2],
] as const)("the entries of a Ruby with Sidekiq %s", (version, prefix, layout) => {
  const { keys } = vector("cron-created", version);
  const hashOf = (name: string): Record<string, string> => {
    const stored = keys[prefix + name];
    if (stored?.type !== "hash") throw new Error(`Expected a hash of ${name}.`);
    return stored.value as Record<string, string>;
  };

  test("are read field by field", () => {
    expect(readFields(hashOf("minutely"))).toMatchObject({
      name: "minutely",
      class: "CronJob",
      args: [1, "two", { h: true }],
      queue: "cronq",
      retry: 2,
      description: "desc",
      status: "enabled",
      isActiveJob: false,
      hasDateArgument: false,
      source: "dynamic",
      lastEnqueuedMs: undefined,
    });
    expect(readFields(hashOf("tz job"))).toMatchObject({ hasDateArgument: true, queue: "over" });
    expect(readFields(hashOf("ajunknown"))).toMatchObject({ isActiveJob: true, queuePrefix: "prod" });
    expect(readFields(hashOf("off"))).toMatchObject({ status: "disabled" });
  });

  test.for(["minutely", "tz job", "unknown", "ajunknown", "natural", "off"])(
    "are written as they are: %s",
    (name) => {
      const hash = hashOf(name);
      const { retry, ...read } = readFields(hash);
      const isKnown = name !== "unknown" && name !== "ajunknown";

      const fields = writeFields(
        { ...read, retry: isKnown ? retry : undefined, classOptions: isKnown ? {} : undefined },
        layoutOf(layout, "default"),
      );

      const written = Object.fromEntries(
        Array.from({ length: fields.length / 2 }, (_, i) => [fields[2 * i], fields[2 * i + 1]] as const),
      );
      for (const [field, value] of Object.entries(hash)) {
        // Whose value nobody but Ruby decides, or that has another spelling of the same.
        if (["status", "last_enqueue_time"].includes(field)) expect(written).not.toHaveProperty(field);
        else if (value === "true" && field !== "retry") expect(written[field]).toBe("1");
        else if (value === "false" && field !== "retry") expect(written[field] ?? "0").toBe("0");
        else expect(written[field]).toBe(value);
      }
    },
  );
});

test("anything but `enabled` is off, as in Ruby", () => {
  expect(readFields({ status: "" }).status).toBe("disabled");
});

test.for([
  ["[1]", [1]],
  ['{"a":1}', [{ a: 1 }]],
  ["text", ["text"]],
  ["", []],
  ["7", ["7"]],
] as const)("arguments %j are %j", ([text, args]) => {
  expect(readFields({ args: text }).args).toEqual(args);
});

test("a message that is no JSON costs nothing but its options", () => {
  expect(readFields({ message: "{", klass: "A", args: "[1]" })).toMatchObject({
    class: "A",
    args: [1],
    queue: "default",
  });
});

describe("a time", () => {
  const ms = Date.parse("2026-11-23T16:40:03Z");

  test.for([
    "2026-11-23 16:40:03 +0000",
    "2026-11-23 16:40:03 UTC",
    "2026-11-23T16:40:03Z",
    "2026-11-23T16:40:03.250Z",
    "2026-11-23 17:40:03 +0100",
    "2026-11-23 16:40:03",
  ])("is read: %s", (text) => {
    expect(readRubyTime(text)).toBe(ms);
  });

  test("is written as Ruby writes it, and an instant as all processes spell it", () => {
    expect(rubyTime(ms + 999)).toBe("2026-11-23 16:40:03 +0000");
    expect(tickMember(ms)).toBe("2026-11-23T16:40:03Z");
  });

  test("that is a number is none", () => {
    expect(["1795452003", "1795452003.25", " 5 "].map(isNumericTime)).toEqual([true, true, true]);
    expect(["", null, "2026-11-23 16:40:03 +0000"].map(isNumericTime)).toEqual([false, false, false]);
    expect(readRubyTime("1795452003")).toBeUndefined();
    expect(instantOfNumber("1795452003")).toBe(ms);
    expect(instantOfNumber("1795452003000")).toBe(ms);
  });
});

describe("a definition is refused", () => {
  test.for([
    [{ cron: "* * * * *" }, "Expected `class` of the cron entry `x`"],
    [
      { cron: "* * * * *", class: "A", jitter: -1 },
      "Expected `jitter` of the cron entry `x` to be a number of seconds",
    ],
    [
      { cron: "* * * * *", class: "A", catch_up: "yes" },
      "Expected `catch_up` of the cron entry `x` to be `none`, `last` or `all`",
    ],
    [{ cron: "* * * * *", class: "A", catchUp: "last" }, "Did you mean `catch_up`?"],
    [{ cron: "* * * * *", class: "A", tz: "Mars/Phobos" }, "Mars/Phobos"],
    [{ class: "A" }, "Expected `cron` of the cron entry `x` to be text, got nothing"],
    ["* * * * *", "Expected the options of the cron entry `x` to be an object"],
  ] as const)("%j", ([options, message]) => {
    expect(() => readDefinition("x", options, "dynamic")).toThrow(message);
  });

  test("without a name", () => {
    expect(() => readDefinition(" ", { cron: "* * * * *", class: "A" }, "dynamic")).toThrow(
      "to have a name of one line",
    );
  });
});

describe("arguments that are nested", () => {
  const lists = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);

  test("as deeply as Ruby reads are read", () => {
    expect(JSON.stringify(readFields({ args: lists(100) }).args)).toBe(lists(100));
  });

  test.each([101, 5_000, 200_000])(
    "%d levels deep are one text, as Ruby takes what it cannot parse",
    (levels) => {
      const text = lists(levels);

      const { args, message } = readFields({ args: text, message: `{"class":"A","args":${text}}` });

      expect(args).toEqual([text]);
      expect(message).toEqual({});
    },
  );
});
