/** What a process tells of its Redis, whoever in it notices. */
import { AWAY, Outage } from "@tsq/core/protocol";
import { expect, test } from "vitest";

const watched = () => {
  const told: string[] = [];
  const outage = new Outage({
    begun: ({ message }) => told.push(message),
    over: (kind, who) => told.push(`over: ${kind}, ${who}`),
  });
  const asked: string[] = [];
  const connection = (name: string) =>
    Object.assign(outage.connection(name), { ask: () => asked.push(name) });
  return { outage, connection, told, asked };
};

test("connections that are lost one after the other are one outage, which is over when the last has answers", () => {
  const { connection, told, asked } = watched();
  const [fetch, poller, pad] = [connection("fetch"), connection("poller"), connection("pad")];

  fetch.failing(new Error("silent"));
  expect(asked).toEqual(["poller", "pad"]);
  fetch.answered();
  poller.failing(new Error("silent too"));
  poller.answered();
  expect(told).toEqual(["silent"]);
  pad.answered();

  expect(told).toEqual(["silent", `over: ${AWAY}, pad`]);
});

test("what Redis refuses everybody is told once, whichever parts it meets", () => {
  const { outage, told } = watched();
  const [beats, looks] = [outage.part("beat"), outage.part("look")];

  for (let times = 0; times < 3; times++) {
    beats.failing(new Error("NOREPLICAS Not enough good replicas to write."));
    looks.failing(new Error("NOREPLICAS Not enough good replicas to write. script: abc"));
  }
  looks.answered();
  beats.answered();
  beats.answered();

  expect(told).toEqual(["NOREPLICAS Not enough good replicas to write.", "over: NOREPLICAS, beat"]);
});

test("a lost connection is told of while something else is refused", () => {
  const { outage, connection, told } = watched();
  const [looks, fetch] = [outage.part("look"), connection("fetch")];

  looks.failing(new Error("WRONGTYPE Operation against a key"));
  fetch.failing(new Error("connect ECONNREFUSED"));
  looks.failing(new Error("Connection is closed."));
  fetch.answered();

  expect(told).toEqual(["WRONGTYPE Operation against a key", "connect ECONNREFUSED", `over: ${AWAY}, fetch`]);
});

test("a transaction that was given up is told of by what it was given up for", () => {
  const { outage, told } = watched();
  const oom = new Error("OOM command not allowed");

  outage.part("beat").failing(Object.assign(new Error("EXECABORT discarded"), { previousErrors: [oom] }));

  expect(told).toEqual(["OOM command not allowed"]);
});

test("a connection that ends in an outage says no more, and holds up nobody's return", () => {
  const { connection, told } = watched();
  const [fetch, poller] = [connection("fetch"), connection("poller")];

  fetch.failing(new Error("silent"));
  poller.answered();
  fetch.ended();
  expect(told).toEqual(["silent", `over: ${AWAY}, fetch`]);

  poller.failing(new Error("silent again"));
  poller.ended();
  expect(told).toHaveLength(3);
});

test("what a part was refused that has ended is not over by that, and is told anew when another one meets it", () => {
  const { outage, connection, told } = watched();
  connection("fetch").answered();
  const [first, second] = [outage.part("watch"), outage.part("watch")];
  first.failing(new Error("NOPERM no"));

  first.ended();
  first.failing(new Error("NOPERM no, again"));
  first.answered();
  expect(told).toEqual(["NOPERM no"]);
  second.failing(new Error("NOPERM no"));
  second.answered();

  expect(told).toEqual(["NOPERM no", "NOPERM no", "over: NOPERM no, watch"]);
});
