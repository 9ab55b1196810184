/** A `redis-server` (or `valkey-server`) for one bench alone: on loopback, empty, without a disk. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { Redis } from "ioredis";

const COMMANDS = ["redis-server", "valkey-server"];
const LOADED = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];

// By default a signal ends a process without its exit listeners, and then what it started would stay.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(1));

export class RedisServer {
  #process;
  #killed;

  static async start() {
    const command = COMMANDS.find((name) => spawnSync(name, ["--version"]).status === 0);
    if (!command) throw new Error(`Expected one of ${COMMANDS.join(", ")} on PATH: install Redis or Valkey.`);
    const port = await freePort();
    const server = spawn(command, ["--port", String(port), ...LOADED], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    await new Promise((resolve, reject) => {
      let output = "";
      server.stdout.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (output.includes("Ready to accept connections")) resolve();
      });
      server.once("exit", () => reject(new Error(`${command} did not start:\n${output}`)));
      server.once("error", reject);
    });
    return new RedisServer(server, port);
  }

  constructor(server, port) {
    this.#process = server;
    this.port = port;
    this.url = `redis://127.0.0.1:${port}/0`;
    // RESP2 answers INFO, SLOWLOG and the like in the shapes that are read here.
    this.client = new Redis(this.url, { protocol: 2 });
    this.#killed = () => server.kill("SIGKILL");
    process.once("exit", this.#killed);
  }

  /** Empties it, and gives the memory back, so that a run does not pay for the one before it. */
  async empty() {
    await this.client.flushall("SYNC");
    await this.client.config("RESETSTAT");
  }

  /** Processor time it has used, in microseconds. */
  async cpuMicros() {
    const info = await this.client.info("cpu");
    return 1e6 * (figure(info, "used_cpu_user") + figure(info, "used_cpu_sys"));
  }

  /** Commands since the last `empty()`, those inside scripts counted, our own questions left out. */
  async commands() {
    const info = await this.client.info("commandstats");
    let calls = 0;
    for (const [, name, count] of info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)) {
      if (!OWN.test(name)) calls += Number(count);
    }
    return calls;
  }

  /** How often one of these commands was called since the last `empty()`, by clients and in scripts. */
  async callsOf(...names) {
    const info = await this.client.info("commandstats");
    return names.reduce((sum, name) => sum + Number(callsIn(info, name) ?? 0), 0);
  }

  /** How many connections there are beside our own. */
  async connections() {
    return figure(await this.client.info("clients"), "connected_clients") - 1;
  }

  /** Bytes, without the buffers of its connections. */
  async dataBytes() {
    const info = await this.client.info("memory");
    return figure(info, "used_memory") - figure(info, "mem_clients_normal");
  }

  async stop() {
    this.client.disconnect();
    process.off("exit", this.#killed);
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exit;
  }
}

const OWN = /^(?:info|config|flushall|slowlog)\b/;

const callsIn = (info, name) => new RegExp(`^cmdstat_${name}:calls=(\\d+)`, "m").exec(info)?.[1];

const figure = (info, name) => Number(new RegExp(`^${name}:([\\d.]+)`, "m").exec(info)?.[1]);

const freePort = async () => {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  await once(probe, "close");
  return port;
};
