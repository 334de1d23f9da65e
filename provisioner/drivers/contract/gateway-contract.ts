import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventually } from "../../testing/eventually.ts";
import { openWorkWindow } from "../../work-window.ts";
import type { GatewayDriver, GatewayEntity, GatewayEntityKind } from "../gateway-driver.ts";

export interface GatewayUnderTest extends AsyncDisposable {
  /** For a gateway that has just started and knows nothing. */
  readonly driver: GatewayDriver;
  readonly unreachable: GatewayDriver;
  /** Ends the gateway and starts it anew at the same place. */
  restart(): Promise<void>;
}

const window = () => openWorkWindow(45_000);
// The last of a year's milliseconds times 1,024: real generations need longs.
const generation = 1_830_297_599_999 * 1024;

const space: GatewayEntity & { kind: "space" } = { kind: "space", name: "acme.main", generation, maxConnections: 20, isClosed: false, autoCreatePatterns: [] };
const queue: GatewayEntity & { kind: "address" } = {
  kind: "address",
  name: "acme.main/orders/eu",
  generation,
  addressType: "queue",
  brokerAddress: "acme.main.qs.orders.eu",
  broker: "main",
  maxMessageBytes: 1_048_576,
  maxConsumers: 20,
};
const anycast: GatewayEntity & { kind: "address" } = { ...queue, name: "acme.main/rpc", addressType: "anycast", brokerAddress: "", broker: "" };
const credential: GatewayEntity & { kind: "credential" } = {
  kind: "credential",
  name: "acme.main.app",
  generation,
  space: "acme.main",
  permissions: [
    { operations: ["send", "recv"], pattern: "orders/*" },
    { operations: ["recv"], pattern: "*" },
  ],
  previousSecretHash: "cHJldmlvdXM=",
  previousSecretUntilMs: 1_900_000_000_000,
};
const all = [space, queue, anycast, credential];

/** What every gateway driver promises; runs against the fake and against real gateways. */
export function describeGatewayContract(title: string, open: () => Promise<GatewayUnderTest>): void {
  describe(`gateway driver contract: ${title}`, () => {
    let gateway: GatewayUnderTest;
    let driver: GatewayDriver;

    beforeAll(async () => {
      gateway = await open();
      driver = gateway.driver;
      driver.start();
      await eventually(() => driver.connected, (connected) => connected);
    });

    beforeEach(async () => {
      for (const kind of ["credential", "address", "space"] as const) {
        for (const { name } of await driver.list(kind, window())) await driver.remove(kind, name, Number.MAX_SAFE_INTEGER, window());
      }
    });

    afterAll(async () => {
      await Promise.all([driver.close(), gateway.unreachable.close()]);
      await gateway[Symbol.asyncDispose]();
    });

    async function held(): Promise<GatewayEntity[]> {
      const lists = await Promise.all((["space", "address", "credential"] as const).map((kind) => driver.list(kind, window())));
      return lists.flat().sort((a, b) => (a.name < b.name ? -1 : 1));
    }

    it("is not synchronized at first, and is when told so", async () => {
      const before = await driver.self(window());
      expect(before).toMatchObject({ name: "self", synchronized: false, incarnation: expect.any(String) });
      await driver.setSynchronized(window());
      expect(await driver.self(window())).toEqual({ ...before, synchronized: true });
    });

    it("holds exactly what it was told, told once or many times", async () => {
      for (const entity of all) await driver.upsert(entity, window());
      for (const entity of all) await Promise.all([driver.upsert(entity, window()), driver.upsert(entity, window())]);
      expect(await held()).toEqual(all.toSorted((a, b) => (a.name < b.name ? -1 : 1)));
    });

    it("takes a newer generation, and refuses an older one", async () => {
      for (const entity of [space, queue]) await driver.upsert(entity, window());
      const newer = { ...queue, generation: generation + 1, maxConsumers: 3 };
      await driver.upsert(newer, window());
      await expect(driver.upsert(queue, window())).rejects.toMatchObject({ code: "conflict" });
      await expect(driver.remove("address", queue.name, generation, window())).rejects.toMatchObject({ code: "conflict" });
      expect(await driver.list("address", window())).toEqual([newer]);
    });

    it("removes what it holds, and what it does not without an error", async () => {
      for (const entity of all) await driver.upsert(entity, window());
      const order: [GatewayEntityKind, string][] = [["credential", credential.name], ["address", queue.name], ["address", anycast.name], ["space", space.name]];
      for (const [kind, name] of order) {
        await driver.remove(kind, name, generation, window());
        await driver.remove(kind, name, generation, window());
      }
      expect(await held()).toEqual([]);
    });

    it("lists thousands, pipelined in, without losing or doubling any", async () => {
      await driver.upsert(space, window());
      const many = Array.from({ length: 2_500 }, (_, index): GatewayEntity => ({ ...queue, name: `acme.main/many/${index}`, brokerAddress: `acme.main.qs.many.${index}` }));
      await Promise.all(many.map((entity) => driver.upsert(entity, window())));
      const names = (await driver.list("address", window())).map(({ name }) => name);
      expect(names.length).toBe(many.length);
      expect(new Set(names)).toEqual(new Set(many.map(({ name }) => name)));
    });

    it("sends nothing once the time for the work is over, or it was given up", async () => {
      await expect(driver.upsert(space, { ...window(), notAfterMs: performance.now() - 1 })).rejects.toMatchObject({ code: "time-out" });
      await expect(driver.upsert(space, { ...window(), signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "time-out" });
      expect(await held()).toEqual([]);
    });

    it("fails at once and says so while the gateway is not there", async () => {
      await expect(gateway.unreachable.upsert(space, window())).rejects.toMatchObject({ code: "unavailable", part: gateway.unreachable.title });
      expect(gateway.unreachable.reason).toEqual(expect.any(String));
    });

    it("comes back as another incarnation that knows nothing after a restart", async () => {
      for (const entity of all) await driver.upsert(entity, window());
      const { incarnation } = await driver.self(window());
      await gateway.restart();
      await eventually(() => driver.connected && driver.self(window()).catch(() => false), (self) => typeof self === "object" && self.incarnation !== incarnation);
      expect(await driver.self(window())).toMatchObject({ synchronized: false });
      expect(await held()).toEqual([]);
    });
  });
}
