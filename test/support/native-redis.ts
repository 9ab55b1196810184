/**
 * A private `redis-server` (or `valkey-server`) on a free port of loopback: empty, and without a disk.
 */
import { spawnSync } from "node:child_process";
import { freePort } from "./free-port.ts";
import { ServerProcess } from "./server-process.ts";

export interface NativeRedis {
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

const SERVERS = ["redis-server", "valkey-server"] as const;

export function hasNativeRedis(): boolean {
  return installedServer() !== undefined;
}

/** @param args by the port that it is started on, where they depend on it */
export async function startNativeRedis(
  args: readonly string[] | ((port: number) => readonly string[]) = [],
): Promise<NativeRedis> {
  const command = installedServer();
  if (command === undefined) throw new Error(`Expected one of ${SERVERS.join(", ")} on PATH, found none.`);

  // Between asking for a free port and taking it, somebody else may take it: then ask again.
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const own = typeof args === "function" ? args(port) : args;
    const server = new ServerProcess(command, ["--port", String(port), ...LOOPBACK_ONLY, ...NO_DISK, ...own]);
    try {
      await server.ready();
      return { url: `redis://127.0.0.1:${port}/0`, port, stop: () => server.kill9() };
    } catch (error) {
      await server.kill9();
      if (attempt === 5) throw error;
    }
  }
}

const LOOPBACK_ONLY = ["--bind", "127.0.0.1"];
const NO_DISK = ["--save", "", "--appendonly", "no"];

function installedServer(): string | undefined {
  return SERVERS.find((name) => spawnSync(name, ["--version"]).status === 0);
}
