import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadPlatform } from "../platform/test-platform.ts";
import { GatewayBed } from "./test-support/bed.ts";

const listening = "0A";
/** 127.0.0.1, ::1 and ::ffff:127.0.0.1 as the kernel writes them. */
const loopback = new Set(["0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"]);
let bed: GatewayBed;

beforeAll(async () => {
  bed = await GatewayBed.make();
});
afterAll(async () => bed?.[Symbol.asyncDispose]());

/** The addresses of this machine at which somebody listens on a port, as the kernel has them. */
async function addressesOf(port: number): Promise<string[]> {
  const tables = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8")));
  const rows = tables.flatMap((table) => table.trim().split("\n").slice(1)).map((line) => line.trim().split(/\s+/));
  return rows.filter(([, local, , state]) => state === listening && parseInt(local!.split(":")[1]!, 16) === port).map(([, local]) => local!.split(":")[0]!);
}

test("broker, database, the gateway's management and its metrics listen where no other machine reaches them", async () => {
  const { artemis, env } = await loadPlatform();
  const { management, health } = bed.gateway.ports;
  for (const port of [artemis.port, Number(new URL(env.console.DATABASE_URL!).port), management, health]) {
    const addresses = await addressesOf(port);
    expect(addresses.length, String(port)).toBeGreaterThan(0);
    expect(addresses.filter((address) => !loopback.has(address)), String(port)).toEqual([]);
  }
});
