/**
 * A private `redis-server` (or `valkey-server`) on a free port of loopback: empty, and without a disk.
 */
import { spawn, spawnSync, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import type { Readable } from "node:stream";

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
    const server = spawn(command, ["--port", String(port), ...LOOPBACK_ONLY, ...NO_DISK, ...own], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const killServer = () => server.kill("SIGKILL");
    process.once("exit", killServer);
    const stop = async () => {
      process.off("exit", killServer);
      await ended(server);
    };

    const failure = await readiness(server);
    if (failure === undefined) return { url: `redis://127.0.0.1:${port}/0`, port, stop };
    await stop();
    if (attempt === 5) throw new Error(`${command} did not start:\n${failure}`);
  }
}

type Server = ChildProcessByStdio<null, Readable, null>;

const LOOPBACK_ONLY = ["--bind", "127.0.0.1"];
const NO_DISK = ["--save", "", "--appendonly", "no"];

function installedServer(): string | undefined {
  return SERVERS.find((name) => spawnSync(name, ["--version"]).status === 0);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string")
    throw new Error("Expected a TCP port from the system.");
  return address.port;
}

/** Resolves to what the server said instead, if it ended before it was ready. */
function readiness(server: Server): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let output = "";
    server.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (output.includes("Ready to accept connections")) resolve(undefined);
    });
    server.once("exit", () => resolve(output));
    server.once("error", reject);
  });
}

async function ended(server: Server): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exit = once(server, "exit");
  server.kill("SIGKILL");
  await exit;
}
