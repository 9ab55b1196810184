/** What a result must say of the machine it comes from, and how busy others kept it meanwhile. */
import { arch, cpus, loadavg, platform, totalmem } from "node:os";

export const describeMachine = async (redis) => {
  const [processor] = cpus();
  const server = await redis.info("server");
  return {
    processor: processor?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${arch()}`,
    node: process.versions.node,
    server: serverOf(server),
    loadBefore: loadavg()[0],
  };
};

/** Valkey says `redis_version:7.2.4` for its clients' sake, and its own name beside it. */
const serverOf = (info) => {
  const field = (name) => new RegExp(`^${name}:(\\S+)`, "m").exec(info)?.[1];
  const own = field("valkey_version");
  return own ? `Valkey ${own}` : `Redis ${field("redis_version")}`;
};

/** Processor time of the whole machine, in microseconds, since it started. */
export const busyMicros = () =>
  cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0) * 1_000;

export const ownMicros = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};
