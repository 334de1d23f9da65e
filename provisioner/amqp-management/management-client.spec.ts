import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import rhea, { type Connection, type Container, type EventContext, type Message, type Sender } from "rhea";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { limits } from "../limits.ts";
import { eventually } from "../testing/eventually.ts";
import { ManagementClient } from "./management-client.ts";

type Answer = (request: Message, reply: (properties: object, body: unknown, correlationId?: unknown) => void) => void;

/** A peer that speaks AMQP and answers as a test says, right or wrong. */
class ScriptedPeer {
  readonly requests: Message[] = [];
  answer: Answer = (request, reply) => reply({ statusCode: 200 }, request.body);
  connections = 0;
  port = 0;
  readonly #container: Container = rhea.create_container();
  #server: Server | undefined;
  readonly #sockets = new Set<Socket>();
  #replies: Sender | undefined;

  constructor() {
    this.#container.sasl_server_mechanisms.enable_plain((username: string, password: string) => username === "someone" && password === "secret");
    this.#container.on("connection_open", () => this.connections++);
    this.#container.on("disconnected", () => undefined);
    this.#container.on("sender_open", ({ sender }: EventContext) => {
      sender!.set_source({ address: "replies" } as Parameters<Sender["set_source"]>[0]);
      this.#replies = sender;
    });
    this.#container.on("message", ({ message }: EventContext) => {
      this.requests.push(message!);
      this.answer(message!, (properties, body, correlationId = message!.correlation_id) => {
        if (this.#replies?.is_open()) this.#replies.send({ application_properties: properties, body, correlation_id: correlationId } as unknown as Message);
      });
    });
  }

  async listen(port = 0): Promise<void> {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      const connection = this.#container.create_connection({ reconnect: false } as Parameters<Container["create_connection"]>[0]) as Connection & { accept(socket: Socket): void };
      connection.accept(socket);
    });
    await new Promise<void>((resolve) => this.#server!.listen(port, "127.0.0.1", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => (this.#server ? this.#server.close(() => resolve()) : resolve()));
  }
}

const quick = { ...limits.management, requestMs: 200, connectMs: 500, reconnect: { firstMs: 10, maxMs: 40 } };

describe("ManagementClient", () => {
  let peer: ScriptedPeer;
  let client: ManagementClient;

  function clientFor(port: number, options: Partial<ConstructorParameters<typeof ManagementClient>[0]> = {}): ManagementClient {
    client = new ManagementClient({ endpoint: { host: "127.0.0.1", port, username: "someone", password: "secret" }, node: "$management", peer: "the broker test", limits: quick, ...options });
    client.start();
    return client;
  }

  beforeEach(async () => {
    peer = new ScriptedPeer();
    await peer.listen();
    clientFor(peer.port);
    await eventually(() => client.connected, (connected) => connected, 5_000);
  });

  afterEach(async () => {
    await client.close();
    await peer.close();
  });

  it("matches replies to requests in whatever order they come", async () => {
    const held: (() => void)[] = [];
    peer.answer = (request, reply) => {
      held.push(() => reply({ statusCode: 200 }, request.body));
      if (held.length === 20) for (const release of held.toReversed()) release();
    };
    const replies = await Promise.all(Array.from({ length: 20 }, (_, index) => client.request({ operation: "X" }, `body ${index}`)));
    expect(replies.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, index) => `body ${index}`));
  });

  it("never has more requests on the way than its window, and sends all of them", async () => {
    let open = 0;
    let most = 0;
    peer.answer = (request, reply) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        reply({ statusCode: 200 }, request.body);
      });
    };
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => client.request({}, index, { timeoutMs: 10_000 })));
    expect(peer.requests.length).toBe(1_000);
    expect(most).toBeLessThanOrEqual(limits.management.maxInFlight);
  });

  it("sends urgent requests before all that wait, in places that are kept for them", async () => {
    const { maxInFlight, keptForUrgent } = limits.management;
    const held: (() => void)[] = [];
    peer.answer = (request, reply) => void held.push(() => reply({ statusCode: 200 }, request.body));
    const ordinary = Array.from({ length: 100 }, (_, index) => client.request({}, `ordinary ${index}`, { timeoutMs: 60_000 }));
    await eventually(() => held.length, (count) => count === maxInFlight - keptForUrgent);
    const urgent = Array.from({ length: keptForUrgent + 1 }, (_, index) => client.request({}, `urgent ${index}`, { timeoutMs: 60_000, isUrgent: true }));
    await eventually(() => held.length, (count) => count === maxInFlight);
    for (const release of held.splice(0)) release();
    await Promise.all(urgent.slice(0, keptForUrgent));
    peer.answer = (request, reply) => reply({ statusCode: 200 }, request.body);
    for (const release of held.splice(0)) release();
    await Promise.all([...ordinary, ...urgent]);
    const bodies = peer.requests.map(({ body }) => body as unknown as string);
    expect(bodies.slice(0, maxInFlight - keptForUrgent).every((body) => body.startsWith("ordinary"))).toBe(true);
    expect(bodies.slice(maxInFlight - keptForUrgent, maxInFlight + 1).every((body) => body.startsWith("urgent"))).toBe(true);
  });

  it("gives up a request without a reply in time, and drops the reply when it comes late, doubled or for nobody", async () => {
    let late: (() => void) | undefined;
    peer.answer = (request, reply) => (late = () => reply({ statusCode: 200 }, request.body));
    await expect(client.request({}, "slow")).rejects.toMatchObject({ code: "time-out", message: "The broker test did not answer within 0.2 s." });
    peer.answer = (request, reply) => {
      late?.();
      reply({ statusCode: 200 }, "for nobody", "no-such-request");
      reply({ statusCode: 200 }, request.body);
      reply({ statusCode: 200 }, "doubled");
    };
    expect((await client.request({}, "next")).body).toBe("next");
    peer.answer = (request, reply) => reply({ statusCode: 200 }, request.body);
    expect((await client.request({}, "after")).body).toBe("after");
    expect(client.strayReplies).toBe(3);
  });

  it("ends a request at once when it is aborted, and frees its place in the window", async () => {
    peer.answer = () => undefined;
    const abort = new AbortController();
    const pending = Array.from({ length: limits.management.maxInFlight + 5 }, () => client.request({}, "never", { signal: abort.signal, timeoutMs: 60_000 }));
    abort.abort();
    const results = await Promise.allSettled(pending);
    expect(results.every((result) => result.status === "rejected" && result.reason.code === "time-out")).toBe(true);
    peer.answer = (request, reply) => reply({ statusCode: 200 }, request.body);
    expect((await client.request({}, "next")).body).toBe("next");
  });

  it("does not send what may no longer be sent", async () => {
    await expect(client.request({}, "late", { notAfterMs: performance.now() - 1 })).rejects.toMatchObject({ code: "time-out" });
    expect((await client.request({}, "next")).body).toBe("next");
    expect(peer.requests.map(({ body }) => body as unknown)).toEqual(["next"]);
  });

  it("refuses more waiting requests than its bound", async () => {
    peer.answer = () => undefined;
    const { maxInFlight, maxWaiting } = limits.management;
    const pending = Array.from({ length: maxInFlight + maxWaiting }, () => client.request({}, "x", { timeoutMs: 60_000 }).catch(() => undefined));
    await expect(client.request({}, "one too many")).rejects.toMatchObject({ code: "rate-limited" });
    await client.close();
    await Promise.all(pending);
  });

  it("fails what is on the way when the connection breaks, fails at once while there is none, and connects again", async () => {
    peer.answer = () => undefined;
    const pending = client.request({}, "lost", { timeoutMs: 60_000 });
    await eventually(() => peer.requests.length, (count) => count === 1, 2_000);
    await peer.close();
    await expect(pending).rejects.toMatchObject({ code: "unavailable" });
    await expect(client.request({}, "nobody there")).rejects.toMatchObject({ code: "unavailable", part: "the broker test" });
    expect(client.reason).toEqual(expect.any(String));
    await peer.listen(peer.port);
    peer.answer = (request, reply) => reply({ statusCode: 200 }, request.body);
    await eventually(() => client.connected, (connected) => connected, 5_000);
    expect((await client.request({}, "again")).body).toBe("again");
    expect(client.reason).toBeUndefined();
  });

  it("survives a peer that does not speak AMQP or says nothing, says so, and tries again", async () => {
    for (const talk of ["HTTP/1.1 400 Bad Request\r\n\r\n", ""]) {
      let attempts = 0;
      const sockets = new Set<Socket>();
      const server = createServer((socket) => {
        attempts++;
        sockets.add(socket);
        socket.on("error", () => undefined);
        if (talk !== "") socket.write(talk);
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const other = clientFor((server.address() as AddressInfo).port, { limits: { ...quick, connectMs: 50 } });
      await eventually(() => attempts, (count) => count >= 2, 5_000);
      expect(other.connected).toBe(false);
      expect(other.reason).toMatch(/does not|did not|closed/);
      await other.close();
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    }
  });
});
