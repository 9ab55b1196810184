/** A sentinel that accepts connections and says nothing is passed over. */
import { once } from "node:events";
import { createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { connect } from "@tsq/core/protocol";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { startRedis } from "../support/redis.ts";
import type { TestRedis } from "../support/redis.ts";

let server: TestRedis;

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server.stop());

/** What listens as a sentinel, and its port. */
const sentinel = async (hear: (text: string, socket: Socket) => void): Promise<number> => {
  const sockets = new Set<Socket>();
  const listener: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => hear(bytes.toString(), socket));
  });
  listener.listen(0, "127.0.0.1");
  await once(listener, "listening");
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("Expected a port.");
  return address.port;
};

/** Names the master, says OK to all else, and knows no other sentinel. */
const answer = (text: string, socket: Socket): void => {
  const port = String(server.port);
  const master = `*2\r\n$9\r\n127.0.0.1\r\n$${port.length}\r\n${port}\r\n`;
  for (const command of text.split(/^\*\d+\r\n/m).slice(1)) {
    if (/get-master-addr-by-name/i.test(command)) socket.write(master);
    else socket.write(/\r\nsentinels\r\n/i.test(command) ? "*0\r\n" : "+OK\r\n");
  }
};

test("a connection asks the next sentinel when one says nothing", async () => {
  let asked = 0;
  const silent = await sentinel(() => asked++);
  const good = await sentinel(answer);
  const redis = connect(
    {
      sentinels: [silent, good].map((port) => ({ host: "127.0.0.1", port })),
      name: "master",
      socketTimeout: 300,
    },
    "worker",
  );
  onTestFinished(() => redis.disconnect());

  expect(await redis.ping()).toBe("PONG");

  expect(asked).toBeGreaterThan(0);
});
