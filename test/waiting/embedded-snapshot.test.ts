import { once } from "node:events";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { clientOf, embeddedServer, pingOnce, runToItsEnd, temporaryFolder } from "../support/embedded.ts";
import { eventually } from "../support/eventually.ts";
import { EMBEDDED_MODULE, startEmbedded } from "../support/inside-embedded.ts";

describe("the data of an embedded server with a folder", () => {
  test("is there again after a stop and a start", async () => {
    const dir = path.join(await temporaryFolder(), "made", "for", "it");
    const first = await startEmbedded({ dir });
    const before = clientOf(first);
    await before.lpush("queue:default", "a", "b");
    await before.zadd("schedule", 1.5, "c");
    await first.stop();

    const after = clientOf(await embeddedServer({ dir }));

    expect(await after.lrange("queue:default", 0, -1)).toEqual(["b", "a"]);
    expect(await after.zrange("schedule", "0", "-1", "WITHSCORES")).toEqual(["c", "1.5"]);
    expect((await readdir(dir)).toSorted()).toEqual(["dump.rdb", "server.json"]);
  });

  test("is for nobody but its owner to read", async () => {
    const dir = path.join(await temporaryFolder(), "made");
    const server = await embeddedServer({ dir });
    await clientOf(server).set("key", "value");
    await writeFile(path.join(dir, "dump.rdb.tmp"), "of a crash");

    await server.save();

    const modes = await Promise.all(
      [dir, path.join(dir, "dump.rdb")].map(async (one) => (await stat(one)).mode & 0o777),
    );
    expect(modes).toEqual([0o700, 0o600]);
  });

  test("is for one server alone: the second says which has it", async () => {
    const dir = await temporaryFolder();
    const first = await embeddedServer({ dir });

    const second = startEmbedded({ dir });

    await expect(second).rejects.toMatchObject({ code: "TSQ_EMBEDDED" });
    await expect(second).rejects.toThrow(
      `Expected the folder \`${dir}\` for one server alone, and the one at redis://127.0.0.1:${first.port}/0 uses it.`,
    );
    expect(await clientOf(first).ping()).toBe("PONG");
  });

  test("is for one of two servers that start at once", async () => {
    const dir = await temporaryFolder();

    const both = await Promise.allSettled([startEmbedded({ dir }), startEmbedded({ dir })]);

    expect(both.map(({ status }) => status).toSorted()).toEqual(["fulfilled", "rejected"]);
    for (const one of both) if (one.status === "fulfilled") await one.value.stop();
    expect(await readdir(dir)).not.toContain("server.json");
  });

  test("stays that of a server which takes connections and says nothing, as one does that starts or is frozen", async () => {
    const dir = await temporaryFolder();
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await once(silent, "listening");
    onTestFinished(() => void silent.close());
    const { port } = silent.address() as AddressInfo;
    await writeFile(path.join(dir, "server.json"), JSON.stringify({ port, runId: "" }));

    await expect(startEmbedded({ dir })).rejects.toThrow(
      `and the one at redis://127.0.0.1:${port}/0 uses it`,
    );
  });

  test("is there for the next server when one was killed, also when another has its port now", async () => {
    const dir = await temporaryFolder();
    const other = await embeddedServer();
    await writeFile(
      path.join(dir, "server.json"),
      JSON.stringify({ port: other.port, runId: "0".repeat(40) }),
    );

    const server = await embeddedServer({ dir });

    expect(await clientOf(server).ping()).toBe("PONG");
  });

  test("is on disk after save(), although the server is not stopped", async () => {
    const dir = await temporaryFolder();
    const first = await embeddedServer({ dir });
    await clientOf(first).set("key", "value");

    await first.save();

    const copy = await temporaryFolder();
    await writeFile(path.join(copy, "dump.rdb"), await readFile(path.join(dir, "dump.rdb")));
    expect(await clientOf(await embeddedServer({ dir: copy })).get("key")).toBe("value");
  });

  test("is saved by itself while the server runs", async () => {
    const dir = await temporaryFolder();
    const redis = clientOf(await embeddedServer({ dir, saveEveryMs: 50 }));

    await redis.set("key", "value");

    await eventually(async () => expect(await readdir(dir)).toContain("dump.rdb"));
    expect(await redis.info("persistence")).toContain("rdb_changes_since_last_save:0\r\n");
  });

  test("is on disk after a client sent SAVE", async () => {
    const dir = await temporaryFolder();
    const redis = clientOf(await embeddedServer({ dir, saveEveryMs: 50 }));

    await redis.save();

    await eventually(async () => expect(await readdir(dir)).toContain("dump.rdb"));
  });

  test("is there again after a client sent SHUTDOWN SAVE", async () => {
    const dir = await temporaryFolder();
    const server = await embeddedServer({ dir });
    const redis = clientOf(server);
    await redis.set("key", "value");
    const fatal = once(server, "fatal");

    redis.shutdown("SAVE").catch(() => {});
    await fatal;

    expect(await clientOf(await embeddedServer({ dir })).get("key")).toBe("value");
  });

  test("makes stop() fail when it cannot be written, and the server ends", async () => {
    const dir = await temporaryFolder();
    const server = await startEmbedded({ dir });
    await clientOf(server).set("key", "value");
    await rm(dir, { recursive: true });

    await expect(server.stop()).rejects.toMatchObject({
      code: "TSQ_EMBEDDED",
      message: expect.stringContaining("ENOENT"),
    });

    await expect(pingOnce(server.port)).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("is there again after a process that exited without a stop", async () => {
    const dir = await temporaryFolder();
    await runToItsEnd(`
      const { startEmbedded } = await import(${JSON.stringify(EMBEDDED_MODULE)});
      const server = await startEmbedded({ dir: ${JSON.stringify(dir)} });
      const socket = (await import("node:net")).connect(server.port, "127.0.0.1");
      socket.on("data", () => process.exit(0));
      socket.write("SET key value\\r\\n");
    `);

    expect(await clientOf(await embeddedServer({ dir })).get("key")).toBe("value");
  });

  test("of 20,000 jobs survives five starts in a row", async () => {
    const dir = await temporaryFolder();
    const jobs = Array.from(
      { length: 20_000 },
      (_, index) => `{"jid":"${index}","args":["${"x".repeat(index % 200)}"]}`,
    );

    for (let round = 1; round <= 5; round++) {
      const server = await startEmbedded({ dir });
      const redis = clientOf(server);
      await redis.rpush("queue:default", ...jobs);
      expect(await redis.llen("queue:default")).toBe(round * jobs.length);
      await server.stop();
    }
  });

  test("is put aside when it cannot be loaded, and the server starts empty", async () => {
    const dir = await temporaryFolder();
    const first = await startEmbedded({ dir });
    await clientOf(first).set("key", "value".repeat(1000));
    await first.stop();
    const dump = await readFile(path.join(dir, "dump.rdb"));
    const corrupt = dump.subarray(0, dump.length - 20);
    await writeFile(path.join(dir, "dump.rdb"), corrupt);
    const warnings: string[] = [];

    const server = await embeddedServer({
      dir,
      onLog: (message, level) => level === "warn" && warnings.push(message),
    });

    expect(await clientOf(server).dbsize()).toBe(0);
    const aside = (await readdir(dir)).find((name) => name !== "server.json");
    expect(aside).toMatch(/^dump\.rdb\.corrupt-\d{4}-/);
    expect(await readFile(path.join(dir, String(aside)))).toEqual(corrupt);
    expect(warnings).toEqual([expect.stringContaining(String(aside))]);
  });
});
