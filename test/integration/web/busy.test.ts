/** Processes and what they run, of fleets of any size. */
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { serveDashboard } from "../../support/dashboard.ts";
import type { Served } from "../../support/dashboard.ts";
import { startRedis } from "../../support/redis.ts";
import type { TestRedis } from "../../support/redis.ts";

let server: TestRedis;
let redis: Redis;
let dashboard: Served;

const FLEET = 130;
const nameOf = (i: number): string => `host-${String(i).padStart(3, "0")}`;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
  const now = Math.floor(Date.now() / 1_000);
  const work = redis.pipeline();
  for (let i = 0; i < FLEET; i++) {
    const identity = `${nameOf(i)}:1:aaaa`;
    const info = {
      hostname: nameOf(i),
      pid: 1,
      concurrency: 5,
      queues: ["default"],
      identity,
      version: "8.1.7",
    };
    work.sadd("processes", identity);
    // The last of them does not say how much memory it has.
    const rss = i < FLEET - 1 ? { rss: 100_000 } : {};
    work.hset(identity, { info: JSON.stringify(info), busy: 1, beat: now, quiet: "false", ...rss });
    const payload = JSON.stringify({ class: "HardJob", args: [], jid: `jid${nameOf(i)}`, queue: "default" });
    // The last of them has been running for longest.
    work.hset(`${identity}:work`, "t1", JSON.stringify({ queue: "default", payload, run_at: now - 60 - i }));
  }
  // Runs of the class have taken half a second; these take a minute and more.
  const minute = new Date().toISOString();
  const [, year, month, day, hour, minutes] = /^20(..)-(..)-(..)T(..):(..)/.exec(minute) ?? [];
  work.hset(`j|${year}${month}${day}|${Number(hour)}:${minutes}`, { "HardJob|p": 10, "HardJob|ms": 5_000 });
  await work.exec();
  dashboard = await serveDashboard({ redis: server.url });
});
afterAll(async () => {
  await dashboard.stop();
  await server.stop();
});

const hostsIn = (text: string, id: string): readonly string[] => {
  const [, panel = ""] = text.split(`id="${id}"`);
  const [own = ""] = panel.split("</section>");
  return [...new Set([...own.matchAll(/host-\d{3}/g)].map(([host]) => host))].sort();
};

test("arguments are masked for what is listed, not for each square of a slot", async () => {
  let masked = 0;
  const own = await serveDashboard({
    redis: server.url,
    mask: (args) => {
      masked += 1;
      return args;
    },
  });
  onTestFinished(() => own.stop());

  const { text } = await own.get("/busy?only=processes");

  expect(text).toContain("<title>HardJob");
  expect(text).toMatch(/<rect class="fill s-dead"/);
  expect(masked).toBe(0);
  await own.get("/busy?only=jobs");
  expect(masked).toBe(100);
});

describe("Busy", () => {
  test("counts all of a fleet, and lists fifty of its processes and a hundred of what they run, the longest first", async () => {
    const { text } = await dashboard.get("/busy");

    expect(text).toContain("130 of 650 slots are busy");
    expect(text).toMatch(/Utilization<\/dt><dd class="fig"><bdi>20 %/);
    expect(text).toContain("13.21 GB");
    expect(text).toContain("without 1 that does not say");
    expect(text).toContain('<a class="jid mono" href="/jobs/jidhost-129"><bdi>jidhost-129</bdi></a>');
    expect(hostsIn(text, "procs")).toEqual(Array.from({ length: 50 }, (_, i) => nameOf(i)));
    expect(hostsIn(text, "runs")).toEqual(Array.from({ length: 100 }, (_, i) => nameOf(i + 30)));
  });

  test("has the rest on further pages, each list on its own", async () => {
    const work = await dashboard.get("/busy?page=2");
    const fleet = await dashboard.get("/busy?processes=3");

    expect(hostsIn(work.text, "runs")).toEqual(Array.from({ length: 30 }, (_, i) => nameOf(i)));
    expect(hostsIn(work.text, "procs")).toHaveLength(50);
    expect(hostsIn(fleet.text, "procs")).toEqual(Array.from({ length: 30 }, (_, i) => nameOf(i + 100)));
    expect(hostsIn(fleet.text, "runs")).toHaveLength(100);
    expect(work.text).toContain('href="/busy?page=1"');
    expect(fleet.text).toContain('href="/busy?processes=2"');
  });

  test("shows the last page for one that is not there, as while a fleet shrinks", async () => {
    expect(hostsIn((await dashboard.get("/busy?page=99")).text, "runs")).toHaveLength(30);
  });

  test("holds what runs against the average of its class", async () => {
    const { text } = await dashboard.get("/busy?only=jobs&count=1");

    // The longest has been running for 189 s and more.
    expect(text).toMatch(/\b[3-9]\d\d\s×/);
    expect(text).toContain("on average 500 ms");
  });

  test("shows what runs alone, or the processes alone", async () => {
    const jobs = await dashboard.get("/busy?only=jobs&count=10");
    const processes = await dashboard.get("/busy?only=processes");

    expect(hostsIn(jobs.text, "runs")).toHaveLength(10);
    expect(hostsIn(jobs.text, "procs")).toEqual([]);
    expect(jobs.text).not.toContain("No process is up");
    expect(hostsIn(processes.text, "procs")).toHaveLength(50);
    expect(processes.text).not.toContain("jidhost-");
  });
});

test("the first page lists those processes that have been running something for longest", async () => {
  const { text } = await dashboard.get("/");

  expect(hostsIn(text, "dp")).toEqual(Array.from({ length: 20 }, (_, i) => nameOf(i + 110)));
  expect(text).toContain("130 processes");
});
