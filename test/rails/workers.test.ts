/** The TypeScript classes of examples/rails, each by itself: the CRM and the messenger are a server of the test. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { configure, defaultClient, GlobalID } from "tsq";
import { DeadSet } from "tsq/api";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import {
  bulkNotify,
  importContacts,
  retryDeadJobs,
  sendZaloMessage,
  zaloMessage,
} from "../../examples/rails/workers/jobs.ts";
import { findRecords } from "../../examples/rails/workers/crm.ts";
import { InvalidTokenError, RateLimitError, TimeoutError } from "../../examples/rails/workers/zalo.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";

const ADA = { id: 7, name: "Ada", zalo_id: "z-ada" };

interface Request {
  readonly path: string;
  readonly body: unknown;
}

let redis: TestRedis;
let world: Server;
let requests: Request[] = [];
/** What the messenger answers. */
let zaloStatus = 200;

beforeAll(async () => {
  redis = await startRedis();
  world = createServer((request, response) => {
    const path = `${request.method} ${request.url}`;
    const [status, answer] = answerTo(path);
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      requests.push({ path, body: body === "" ? undefined : (JSON.parse(body) as unknown) });
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => world.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(world.address() as AddressInfo).port}`;
  vi.stubEnv("CRM_URL", url);
  vi.stubEnv("ZALO_URL", url);
});
beforeEach(async () => {
  await redis.client().flushdb();
  requests = [];
  zaloStatus = 200;
  configure({ redis: redis.url, globalId: { crm: findRecords } });
});
afterAll(async () => {
  await defaultClient().close();
  configure();
  vi.unstubAllEnvs();
  world.closeAllConnections();
  await new Promise((resolve) => world.close(resolve));
  await redis.stop();
});

const answerTo = (path: string): [status: number, answer: unknown] => {
  if (path === "POST /messages") return [zaloStatus, { message_id: "m1" }];
  if (path === "POST /contacts") return [201, ADA];
  if (path === "GET /internal/records/Contact?ids=7") return [200, [ADA]];
  if (path === "GET /internal/records/User?ids=2") return [200, [{ id: 2, email: "ann@example.com" }]];
  return path.startsWith("GET") ? [200, []] : [201, {}];
};

const written = (): unknown[] =>
  requests.filter(({ path }) => path === "POST /internal/activity_logs").map(({ body }) => body);

/** ActiveJob's arguments of all that is on a queue, the first pushed first. */
const enqueuedTo = async (queue: string): Promise<unknown[]> => {
  const payloads = await redis.client().lrange(`queue:${queue}`, 0, -1);
  return payloads
    .toReversed()
    .map((payload) => (JSON.parse(payload) as { args: [{ arguments?: unknown }] }).args[0]?.arguments);
};

describe("ZaloMessageJob", () => {
  test("sends the template to the contact, and logs it", async () => {
    await zaloMessage.performInline(7, "hello", { name: "Ada" });

    expect(requests.find(({ path }) => path === "POST /messages")?.body).toEqual({
      to: "z-ada",
      template: "hello",
      params: { name: "Ada" },
    });
    expect(written()).toEqual([
      { kind: "zalo_template", contact_id: 7, metadata: { template: "hello", language: "typescript" } },
    ]);
  });

  test("fails for a contact that is not there", async () => {
    await expect(zaloMessage.performInline(8, "hello")).rejects.toThrow("Couldn't find Contact with id 8.");
  });

  test.each([
    [401, InvalidTokenError],
    [429, RateLimitError],
    [504, TimeoutError],
  ])("knows the messenger's status %d", async (status, error) => {
    const { deliver } = await import("../../examples/rails/workers/zalo.ts");
    zaloStatus = status;

    await expect(deliver("z", { params: {} }, new AbortController().signal)).rejects.toThrow(error);
  });
});

describe("SendZaloMessageJob", () => {
  test("finds the contact that Ruby passed, and logs the message with its attempt", async () => {
    // What the handler gets is what the resolver makes of it.
    await sendZaloMessage.performInline(new GlobalID("gid://crm/Contact/7"), "hi");

    expect(written()).toEqual([
      {
        kind: "zalo_message",
        contact_id: 7,
        metadata: { message_id: "m1", attempt: 1, params: {}, language: "typescript" },
      },
    ]);
  });
});

test("BulkNotifyJob enqueues a notification for each user, for Ruby", async () => {
  const ids = Array.from({ length: 250 }, (_, i) => i + 1);

  await bulkNotify.performInline(ids, "news");

  expect(await enqueuedTo("default")).toEqual(ids.map((id) => [id, "news"]));
});

describe("ImportContactsJob", () => {
  test("creates the contact, and has Ruby write its owner and check it", async () => {
    await importContacts.performInline({ name: "Ada", owner: 2 });

    expect(requests.find(({ path }) => path === "POST /contacts")?.body).toEqual({ name: "Ada" });
    expect(await enqueuedTo("mailers")).toEqual([
      ["contact_assigned", 2, { contact_id: 7, _aj_symbol_keys: ["contact_id"] }],
    ]);
    expect(await enqueuedTo("low")).toEqual([[{ _aj_globalid: "gid://crm/Contact/7" }]]);
  });

  test("tells again of a contact that is there", async () => {
    await importContacts.performInline({ id: 7 });

    const [payload = ""] = await redis.client().lrange("queue:critical", 0, -1);
    expect(JSON.parse(payload)).toMatchObject({
      class: "BroadcastContactCreatedWorker",
      args: [7],
      retry: 3,
    });
  });

  test("fails, and creates nothing, without its owner", async () => {
    await expect(importContacts.performInline({ name: "Ada", owner: 3 })).rejects.toThrow(
      "Couldn't find User with id 3.",
    );
    expect(requests.map(({ path }) => path)).not.toContain("POST /contacts");
  });
});

test("RetryDeadJobsJob retries the dead jobs of one class, and leaves the others", async () => {
  await using dead = new DeadSet({ redis: redis.url });
  const payload = (name: string) =>
    JSON.stringify({ class: name, jid: name.padEnd(24, "0"), args: [], queue: "low" });
  await dead.kill(payload("GoneJob"));
  await dead.kill(payload("OtherJob"));

  await retryDeadJobs.performInline("GoneJob");

  expect((await redis.client().lrange("queue:low", 0, -1)).join()).toContain("GoneJob");
  expect(await dead.size()).toBe(1);
});
