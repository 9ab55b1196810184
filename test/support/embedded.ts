/** What the tests of the embedded server take hold of; each ends with the test that asked for it. */
import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { Redis } from "ioredis";
import { onTestFinished } from "vitest";
import { startEmbedded } from "./inside-embedded.ts";
import type { EmbeddedServer, StartEmbeddedOptions } from "./inside-embedded.ts";

export async function embeddedServer(options: StartEmbeddedOptions = {}): Promise<EmbeddedServer> {
  const server = await startEmbedded(options);
  onTestFinished(() => server.stop());
  return server;
}

export function clientOf(server: { readonly url: string }): Redis {
  const client = new Redis(server.url, { retryStrategy: null });
  // A server that stops while a client is connected may reset the connection, as any server may.
  client.on("error", () => {});
  onTestFinished(() => client.disconnect());
  return client;
}

export async function socketTo(server: { readonly port: number }): Promise<Socket> {
  const socket = connect({ port: server.port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** One PING on a connection of its own. It ends with a reset, so that thousands of ports do not stay in TIME_WAIT. */
export function pingOnce(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", reject);
    socket.once("data", (reply) => {
      socket.resetAndDestroy();
      resolve(String(reply));
    });
    socket.write("PING\r\n");
  });
}

export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "tsq-embedded-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Runs a module in a process of its own until that exits by itself; resolves to what it printed. */
export async function runToItsEnd(source: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", source], {
    timeout: 30_000,
  });
  return stdout;
}
