/** A Redis or Valkey in a container of its own, from an image such as `redis:8-alpine`. */
import type { NativeRedis } from "./native-redis.ts";

const PORT = 6379;

export async function startDockerRedis(image: string): Promise<NativeRedis> {
  // Loaded when it is asked for: it takes a second, and most runs have no use for it.
  const { GenericContainer, Wait } = await import("testcontainers");
  const container = await new GenericContainer(image)
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
    .start();
  const port = container.getMappedPort(PORT);
  return {
    url: `redis://${container.getHost()}:${port}/0`,
    port,
    async stop() {
      await container.stop();
    },
  };
}
