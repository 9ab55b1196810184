/** What `jobs.ts` may be written in: decorators old and standard, and class fields, as its tsconfig says. */
import { describe, expect, test } from "vitest";
import { ASSIGNED, COLUMNS, EXPERIMENTAL, nextFolder, run, WRAPS, write } from "../support/typed-jobs.ts";

describe("experimental decorators are applied", () => {
  test("to fields without a value, which stay undefined or absent as the fields' rule says", async () => {
    const seen = ["id", "note", "count"];

    expect(await run(COLUMNS, ASSIGNED)).toEqual([seen, ["count"]]);
    expect(await run(COLUMNS, { ...EXPERIMENTAL, target: "es2021" })).toEqual([seen, ["count"]]);
    expect(await run(COLUMNS, { ...EXPERIMENTAL, target: "es2022" })).toEqual([seen, seen]);
  });

  test("to methods without reflect-metadata, though metadata is asked for", async () => {
    const code = `${WRAPS}
      class Job { @wraps run(name: string): string { return name; } }
      export const one = { out: new Job().run("x") };`;

    expect(await run(code, EXPERIMENTAL)).toBe("<x>");
    expect(await run(code, { ...EXPERIMENTAL, emitDecoratorMetadata: true })).toBe("<x>");
  });

  test("to parameters and classes", async () => {
    const code = `const seen: unknown[] = [];
      const inject = (name: string) => (_target: unknown, _key: unknown, at: number) => { seen.push([name, at]); };
      const extended = <T extends new (...args: any[]) => object>(made: T) => class extends made { extra = 1; } as T;
      @extended class Job { constructor(@inject("a") readonly a: string, @inject("b") private b: string) {} }
      export const one = { out: [seen, Object.keys(new Job("1", "2"))] };`;

    expect(await run(code, EXPERIMENTAL)).toEqual([
      [
        ["b", 1],
        ["a", 0],
      ],
      ["a", "b", "extra"],
    ]);
  });

  test("with the types of fields, parameters and results, where metadata is asked for", async () => {
    const code = `const kept: Record<string, unknown> = {};
      (Reflect as any).metadata = (kind: string, value: unknown) => (_target: object, key = "new") => {
        const names = [value].flat().map((type: any) => type?.name);
        kept[key + " " + kind] = Array.isArray(value) ? names : names[0];
      };
      import { Dep, type Shape } from "./dep";
      enum Level { Low = "low" }
      const on = (): any => () => {};
      @on() class Job {
        @on() dep!: Dep; @on() shape!: Shape; @on() union!: "a" | "b"; @on() level!: Level; @on() date?: Date | null; @on() list!: string[];
        constructor(@on() readonly one: Dep, _two: number) {}
        @on() run(_id: bigint): Promise<void> { return Promise.resolve(); }
      }
      export const one = { out: kept };`;
    write(`${nextFolder()}/dep.ts`, `export class Dep {}\nexport interface Shape { x: 1 }`);

    expect(await run(code, { ...ASSIGNED, emitDecoratorMetadata: true })).toEqual({
      "dep design:type": "Dep",
      "shape design:type": "Object",
      "union design:type": "String",
      "level design:type": "String",
      "date design:type": "Date",
      "list design:type": "Array",
      "run design:type": "Function",
      "run design:paramtypes": ["BigInt"],
      "run design:returntype": "Promise",
      "new design:paramtypes": ["Dep", "Number"],
    });
  });
});

describe("standard decorators are applied", () => {
  test("to classes, methods, fields, getters and accessors", async () => {
    const code = `const seen: string[] = [];
      function on(value: any, { kind, name }: DecoratorContext): any {
        seen.push(kind + " " + String(name));
        if (kind === "method") return function (this: object, ...args: unknown[]) { return "<" + value.apply(this, args) + ">"; };
        if (kind === "field") return (initial: number) => initial + 1;
      }
      @on class Job { @on field = 1; @on method(x: string) { return x; } @on get getter() { return 1; } @on static fixed = 1; @on accessor auto = 5; }
      const job = new Job();
      export const one = { out: [seen.sort(), job.field, job.method("y"), Job.fixed, job.auto, Object.keys(job)] };`;

    expect(await run(code, {})).toEqual([
      ["accessor auto", "class Job", "field field", "field fixed", "getter getter", "method method"],
      2,
      "<y>",
      2,
      5,
      ["field"],
    ]);
  });

  test("with their initializers", async () => {
    const code = `const bound = (_value: unknown, { name, addInitializer }: ClassMethodDecoratorContext): void =>
        addInitializer(function (this: any) { this[name] = this[name].bind(this); });
      class Job { id = 4; @bound get() { return this.id; } }
      const { get } = new Job();
      export const one = { out: get() };`;

    expect(await run(code, {})).toBe(4);
  });
});

describe("class fields", () => {
  const FIELDS = `let calls = 0;
    class Base { kept: unknown = 1; set seen(_value: number) { calls++; } }
    class Job extends Base { kept: unknown; seen = 4; constructor(readonly id: number) { super(); } copy = this.id; }
    const job = new Job(9);
    export const one = { out: [job.kept, calls, job.copy, Object.keys(job)] };`;

  test("are assigned where the tsconfig or its target says so, and undefined ones left alone", async () => {
    const assigned = [1, 1, 9, ["kept", "id", "copy"]];

    expect(await run(FIELDS, { useDefineForClassFields: false })).toEqual(assigned);
    expect(await run(FIELDS, { target: "ES2020" })).toEqual(assigned);
  });

  test("are defined otherwise, as in JavaScript", async () => {
    const [kept, calls, copy] = (await run(FIELDS, { target: "es2022" })) as unknown[];

    expect([kept, calls, copy]).toEqual([undefined, 0, undefined]);
  });

  test("may be accessors, of either rule", async () => {
    const code = `class Job { accessor a = 1; static accessor b = 2; }
      const job = new Job();
      job.a = 3;
      export const one = { out: [job.a, Job.b, Object.keys(job)] };`;

    expect(await run(code, {})).toEqual([3, 2, []]);
    expect(await run(code, ASSIGNED)).toEqual([3, 2, []]);
  });
});
