/** The messenger of the example: takes messages, and makes the trouble that their parameters ask for. */
import { createServer } from "node:http";
import { json } from "node:stream/consumers";

const TROUBLE = { "busy once": 429, "slow once": 504, "bad token": 401 };

/**
 * @param port 0 for a free one
 * @returns its URL, what it took, and how to stop it
 */
export const startZalo = async (port = 0) => {
  const taken = [];
  const troubled = new Set();
  const statusOf = ({ trouble, key }) => {
    if (trouble === undefined) return 200;
    const id = `${trouble} ${key}`;
    if (trouble.endsWith("once") && troubled.has(id)) return 200;
    troubled.add(id);
    return TROUBLE[trouble] ?? 400;
  };
  const answer = async (request, response) => {
    const message = await json(request);
    const status = statusOf(message.params ?? {});
    if (status === 200) taken.push(message);
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify(status === 200 ? { message_id: `m${taken.length}` } : {}));
  };
  const server = createServer((request, response) => {
    // What is no JSON is the app's mistake.
    answer(request, response).catch((error) => response.writeHead(400).end(String(error)));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    taken,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
};
