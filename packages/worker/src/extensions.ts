/** The extensions of a worker: installs them in order, and ends what they have of it. */
import { ConfigError } from "@tsq/core";
import type { Extension } from "./extension.ts";
import { Host } from "./extension-host.ts";
import type { HostParts } from "./extension-host.ts";
import { optionsOf } from "./options/extension-rows.ts";

export class Extensions {
  readonly #hosts: readonly Host[];

  /** @throws what an `install()` throws */
  constructor(extensions: readonly Extension[], parts: HostParts) {
    const hosts: Host[] = [];
    this.#hosts = hosts;
    try {
      for (const extension of extensions) {
        const host = new Host(extension.name, optionsOf(extension, parts.given), parts);
        hosts.push(host);
        install(extension, host);
      }
    } catch (error) {
      // There will be no worker that could end them.
      for (const host of hosts) host.end().catch(() => {});
      throw error;
    }
    parts.clientChain.freeze("a Worker");
    parts.serverChain.freeze("a Worker");
  }

  /** Ends their connections. */
  async end(): Promise<void> {
    await Promise.all(this.#hosts.map((host) => host.end()));
  }
}

const install = (extension: Extension, host: Host): void => {
  const result: unknown = extension.install(host);
  if (result instanceof Promise) {
    // Whatever becomes of it, the refusal has been told.
    result.catch(() => {});
    throw new ConfigError(
      `Expected \`install\` of the extension \`${extension.name}\` to be no async function: nobody waits for it. Do what takes time in the \`start()\` of a service.`,
    );
  }
  host.installed();
};
