/** The addresses of proxies, whose headers are believed. */
import { BlockList, isIP } from "node:net";
import { ConfigError } from "@tsq/core/config";

/** Whether an address is one of them. */
export type ProxyList = (address: string) => boolean;

/** @throws ConfigError when one is no address and no network */
export const proxyList = (proxies: readonly string[]): ProxyList => {
  const list = new BlockList();
  for (const proxy of proxies) add(list, proxy);
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
  };
};

const add = (list: BlockList, proxy: string): void => {
  const [address = "", bits] = proxy.split("/");
  const family = isIP(address);
  const most = family === 4 ? 32 : 128;
  const prefix = bits === undefined ? most : /^\d{1,3}$/.test(bits) ? Number(bits) : -1;
  if (family === 0 || prefix < 0 || prefix > most) {
    throw new ConfigError(
      `Expected each of \`proxies\` to be an IP address or a network, got \`${proxy}\`. Write it as \`10.0.0.7\` or \`10.0.0.0/8\`.`,
    );
  }
  list.addSubnet(address, prefix, family === 4 ? "ipv4" : "ipv6");
};
