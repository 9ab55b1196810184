/** All that runs in the example, how it is started, and how nothing of it is left. */
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { ApiConnection } from "tsq/api";
import { freePort, startNative } from "../../../packages/tsq/dist/servers/native-server.js";
import { check } from "./check.mjs";
import { Ends } from "./ends.mjs";
import { Journal } from "./journal.mjs";
import { Program } from "./program.mjs";
import { settle } from "./ruby.mjs";
import { startZalo } from "./zalo-server.mjs";

const APP = fileURLToPath(new URL("../", import.meta.url));
const TSQ = createRequire(import.meta.url)
  .resolve("tsq/package.json")
  .replace(/package\.json$/, "bin/tsq.js");
const TOKEN = "of this run";

export class Stage {
  journal = new Journal();
  internal = { authorization: `Bearer ${TOKEN}` };
  /** Of the dashboard itself, which only the app is to ask. */
  tsqUrl = "";
  redisUrl = "";
  url = "";
  api;
  zalo;
  #generation;
  #startedAt = performance.now();
  #place;
  #env = {};
  #programs = [];
  #ends = new Ends();

  constructor(generation) {
    this.#generation = generation;
  }

  /** The folder that the app writes to. */
  get folder() {
    return this.#place.folder;
  }

  say(text) {
    console.log(`${((performance.now() - this.#startedAt) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
  }

  /** Starts Redis, the messenger, the web process and both workers. */
  async build() {
    const redis = await startNative({ port: await freePort() });
    this.#ends.add(() => redis.stop());
    this.redisUrl = redis.url.replace(/\d+$/, "1");
    this.api = new ApiConnection({ redis: this.redisUrl });
    this.#ends.add(() => this.api.close());
    this.say(`Redis: ${redis.program}, ${this.redisUrl}`);
    this.zalo = await startZalo();
    this.#ends.add(() => this.zalo.stop());
    this.url = `http://127.0.0.1:${await freePort()}`;
    const port = await freePort();
    this.tsqUrl = `http://127.0.0.1:${port}`;
    const shared = {
      REDIS_URL: this.redisUrl,
      ZALO_URL: this.zalo.url,
      INTERNAL_TOKEN: TOKEN,
      TSQ_DASHBOARD_URL: this.tsqUrl,
      TSQ_DASHBOARD_PORT: String(port),
      TSQ_DASHBOARD_SECRET: TOKEN,
    };
    this.#env = { ...shared, CRM_URL: this.url };
    const bind = this.url.replace("http", "tcp");
    this.#place = settle(this.#generation, { ...shared, BIND: bind, LOG_JSON: "1" });
    this.#ends.add(() => this.#place.remove());

    await this.ruby("bin/rails", "db:schema:load");
    const said = await this.ruby("bin/rails", "runner", "script/seed.rb");
    this.say(`database: SQLite, by ${/^Rails .*/m.exec(said)?.[0]}`);

    const web = this.#start("web", this.#place.start("/usr/bin/puma", "-C", "config/puma.rb"));
    const sidekiq = this.#start("sidekiq", this.#place.start("/usr/bin/sidekiq", "-C", "config/sidekiq.yml"));
    this.journal.follow(sidekiq, "ruby");
    // Its schedule first: in which version's keys the entries are, tsq learns of what is there.
    await sidekiq.printed(/crm: sidekiq is up/);
    const tsq = this.#start("tsq", this.#tsq("work", "-C", "config/tsq.yml", "-r", "workers/jobs.ts"));
    const dashboard = this.#start("dashboard", this.#node("dashboard.mjs"));
    this.journal.follow(tsq, "typescript");
    await Promise.all([
      web.printed(/Listening on/),
      tsq.printed(/tsq \S+ started/),
      dashboard.printed(/Listening on/),
    ]);
    this.say(
      `up: the web process on ${this.url}, Sidekiq, tsq work, and the dashboard of tsq behind the app`,
    );
  }

  /** Runs a Ruby program of the app to its end; resolves to what it printed. */
  ruby(...args) {
    return this.#run(args.join(" "), this.#place.start(...args));
  }

  /** Runs the command `tsq` to its end, as from a shell; resolves to what it printed. */
  tsq(...args) {
    return this.#run(`tsq ${args.join(" ")}`, this.#tsq(...args));
  }

  /** Enqueues by `tsq push`. */
  async push(name, args, queue, ...flags) {
    await this.tsq("push", name, JSON.stringify(args), "--queue", queue, ...flags);
  }

  /** @throws Error with its name, when one of the programs has ended */
  mustBeUp() {
    for (const program of this.#programs) if (program.hasEnded) throw new Error(`${program.name} has ended.`);
  }

  /** The tail of what the programs printed, by program. */
  output() {
    return this.#programs
      .map((program) => `--- ${program.name}\n${program.output().slice(-6_000)}`)
      .join("\n");
  }

  /** TERM to both workers: each ends by itself, and well. */
  async stopWorkers() {
    for (const program of this.#programs.filter(({ name }) => name === "sidekiq" || name === "tsq"))
      check((await program.stop()) === 0, `${program.name} ends well at TERM`);
  }

  /** Ends all that is still there. */
  clear() {
    return this.#ends.clear();
  }

  async #run(name, child) {
    const program = new Program(name, child);
    const end = () => program.kill();
    this.#ends.add(end);
    const said = await program.done();
    this.#ends.delete(end);
    return said;
  }

  #start(name, child) {
    const program = new Program(name, child);
    this.#programs.push(program);
    this.#ends.add(() => program.kill());
    return program;
  }

  #tsq(...args) {
    return this.#node(TSQ, ...args);
  }

  #node(...args) {
    const env = { PATH: process.env.PATH, HOME: this.#place.folder, ...this.#env };
    // It ends with this process, however that ends.
    const leashed = ["--pdeathsig", "KILL", process.execPath, ...args];
    return spawn("setpriv", leashed, { cwd: APP, env, stdio: ["ignore", "pipe", "pipe"] });
  }
}
