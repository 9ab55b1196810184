/**
 * Node and a socket: the least that a push and a wake-up cost. It pushes what the workers of Sidekiq's format are
 * measured with, by a plain LPUSH, and it is the floor: a BLMOVE, a JSON.parse, and nothing else.
 */
import { createConnection } from "node:net";
import { payloadFor } from "../support/workload.mjs";
import { Listener } from "./listening.mjs";
import { answer, options, ready } from "./protocol.mjs";
import { pushInTurn } from "./pushing.mjs";

const { hostname, port } = new URL(options.redis);

const command = (...words) =>
  `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join("")}`;

/** A connection that hands over one reply after the other: numbers, and texts of ASCII. */
const connect = (hear) => {
  const socket = createConnection({ host: hostname, port: Number(port), noDelay: true });
  let unread = "";
  socket.setEncoding("latin1").on("data", (data) => {
    unread += data;
    for (;;) {
      const lineEnd = unread.indexOf("\r\n");
      if (lineEnd < 0) return;
      const [kind, size] = [unread[0], Number(unread.slice(1, lineEnd))];
      const from = lineEnd + 2;
      const end = kind === "$" ? from + size + 2 : from;
      if (unread.length < end) return;
      const text = kind === "$" ? unread.slice(from, end - 2) : undefined;
      unread = unread.slice(end);
      hear(text);
    }
  });
  return socket;
};

const nameAmong = (queues) => queues[Math.floor(Math.random() * queues.length)];

const pushes = async () => {
  let answered = () => {};
  const socket = connect(() => answered());
  const push = (text, queue) =>
    new Promise((resolve) => {
      answered = resolve;
      socket.write(command("LPUSH", `queue:${queue}`, text));
    });
  // A connection of its own: its answers are not those to probes.
  const load = connect(() => {});
  await pushInTurn({
    probe: (at, { queues = ["critical"] }) => {
      const queue = nameAmong(queues);
      return push(payloadFor("ProbeJob", [at], queue), queue);
    },
    load: (ms) => load.write(command("LPUSH", "queue:default", payloadFor("LoadJob", [ms], "default"))),
  });
};

const listen = async () => {
  const listener = new Listener();
  const pad = `pad:${process.pid}`;
  const wait = command("BLMOVE", "queue:critical", pad, "RIGHT", "LEFT", "0");
  const again = command("DEL", pad) + wait;
  await ready();
  const socket = connect((text) => {
    if (text === undefined) return;
    listener.arrived(JSON.parse(text).args[0]);
    socket.write(again);
  });
  socket.write(wait);
  await listener.listen();
};

await answer({ listen, pushInTurn: pushes });
