import rhea from "rhea";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { receiverAt } from "./conformance/differential/exchange.ts";
import { ApplicationLogins } from "./conformance/support/application-logins.ts";
import { composite } from "./conformance/support/performatives.ts";
import { RawClient } from "./conformance/support/raw-client.ts";
import { loadPlatform } from "../platform/test-platform.ts";
import { maxFrontBytes } from "./relay/front-hold.ts";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";
import { refusal, TestClient } from "./test-support/client.ts";

let bed: GatewayBed;
let acme: TestSpace;
let globex: TestSpace;

beforeAll(async () => {
  bed = await GatewayBed.make();
  [acme, globex] = await Promise.all([bed.space("acme"), bed.space("globex")]);
});
afterAll(async () => bed?.[Symbol.asyncDispose]());

/** XOAUTH2 as rhea speaks it: a token in place of a password. */
const withToken = (user: string, token: string) => ({ username: user, token, password: undefined });

/** RFC 7628, which rhea lets one add. */
function oauthBearer({ user }: TestSpace["login"], token: string): object {
  const start = (done: (error: unknown, response: Buffer) => void) => done(null, Buffer.from(`n,a=${user},\u0001auth=Bearer ${token}\u0001\u0001`));
  return { sasl_mechanisms: { OAUTHBEARER: () => ({ start }) } };
}

async function proofs(space: TestSpace): Promise<Record<string, object>> {
  const token = await new ApplicationLogins(await loadPlatform()).token(space.login);
  return { PLAIN: { username: space.login.user, password: space.login.password }, XOAUTH2: withToken(space.login.user, token), OAUTHBEARER: oauthBearer(space.login, token) };
}

const transports = {
  amqp: () => ({ port: bed.gateway.ports.amqp }),
  amqps: () => ({ port: bed.gateway.ports.amqps, transport: "tls", rejectUnauthorized: false }),
  ws: () => webSocket(`ws://127.0.0.1:${bed.gateway.ports.webSocket}/amqp`),
  wss: () => webSocket(`wss://127.0.0.1:${bed.gateway.ports.secureWebSocket}/amqp`),
} as const;

function webSocket(url: string): object {
  const connect = rhea.websocket_connect(globalThis.WebSocket as never);
  return { connection_details: connect(url, ["binary", "AMQPWSB10", "amqp"], {} as never) };
}

describe.each(["amqp", "amqps", "ws", "wss"] as const)("over %s", (transport) => {
  describe.each(["PLAIN", "XOAUTH2", "OAUTHBEARER"])("with %s", (mechanism) => {
    test.each(["orders", "news", "calls", "ticks"])("two spaces with the same names, containers and links never meet at %s", async (address) => {
      if (transport === "wss") process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
      const open = async (space: TestSpace) => TestClient.connect({ ...transports[transport](), ...(await proofs(space))[mechanism], container_id: "same-container" } as never);
      await using one = await open(acme);
      await using other = await open(globex);
      for (const client of [one, other]) await client.receiver({ name: "same-link", source: { address }, credit_window: 100 } as never);
      const senders = await Promise.all([one, other].map((client) => client.sender({ name: "same-sender", target: { address } } as never)));
      for (let index = 0; index < 20; index += 1) {
        await Promise.all([one.send(senders[0]!, { body: `acme ${index}` }), other.send(senders[1]!, { body: `globex ${index}` })]);
      }
      const received = await Promise.all([one, other].map((client) => client.take(20)));
      expect(received[0]!.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, index) => `acme ${index}`));
      expect(received[1]!.map(({ body }) => body)).toEqual(Array.from({ length: 20 }, (_, index) => `globex ${index}`));
      expect(one.received.length + other.received.length).toBe(0);
    });
  });
});

test("durable subscriptions of the same name stay apart", async () => {
  const options = { container_id: "same-container" };
  const durable = { name: "same-subscription", source: { address: "news", durable: 2, expiry_policy: "never" } } as never;
  for (const space of [acme, globex]) {
    await using client = await bed.client(space.login, options);
    (await client.receiver(durable)).detach();
  }
  for (const space of [acme, globex]) {
    await using client = await bed.client(space.login);
    expect(await client.send(await client.sender("news"), { body: space.name })).toBe("accepted");
  }
  for (const space of [acme, globex]) {
    await using client = await bed.client(space.login, options);
    const receiver = await client.receiver(durable);
    expect((await client.take(1))[0]!.body).toBe(space.name);
    receiver.close();
  }
});

test("subscriptions of the same name stay apart, by their own name and behind their topic's", async () => {
  const spaces = [await bed.space("one"), await bed.space("other")];
  for (const address of ["archive", "news::archive"]) {
    for (const space of spaces) {
      await using client = await bed.client(space.login);
      expect(await client.send(await client.sender("news"), { body: `${space.name} ${address}` })).toBe("accepted");
    }
    for (const space of spaces) {
      await using client = await bed.client(space.login, { container_id: "same-container" });
      const receiver = await client.receiver({ name: "same-link", source: { address } });
      expect((await client.take(1))[0]!.body).toBe(`${space.name} ${address}`);
      await client.drained(receiver);
      expect(client.received).toEqual([]);
    }
  }
});

test("a subscription is read with its own permission, whatever it is called by, and never written", async () => {
  const reader = await bed.credential(acme.name, "archivist", [{ operations: ["recv", "send"], pattern: "archive" }]);
  await using client = await bed.client(reader);
  for (const address of ["archive", "news::archive"]) await client.receiver(address);
  expect((await refusal(client.receiver("news"))).condition).toBe("amqp:unauthorized-access");
  expect((await refusal(client.receiver("archive::news"))).condition).toBe("amqp:unauthorized-access");
  expect((await refusal(client.sender("archive"))).condition).toBe("amqp:not-allowed");
});

test.each([["shared"], ["shared", "global"]])("durable subscriptions that are shared (%s) stay within their space", async (...capabilities) => {
  const shared = { name: "same-subscription", source: { address: "news", durable: 2, expiry_policy: "never", capabilities: [...capabilities, "topic"] } } as never;
  const options = { container_id: "same-container" };
  for (const space of [acme, globex]) {
    await using client = await bed.client(space.login, options);
    (await client.receiver(shared)).detach();
    await using sender = await bed.client(space.login);
    expect(await sender.send(await sender.sender("news"), { body: space.name })).toBe("accepted");
  }
  for (const space of [acme, globex]) {
    await using client = await bed.client(space.login, options);
    const receiver = await client.receiver(shared);
    expect((await client.take(1))[0]!.body).toBe(space.name);
    await client.drained(receiver);
    expect(client.received).toEqual([]);
    receiver.close();
  }
});

test("a message that the broker has moved shows the names that its space knows, and nothing of the broker's", async () => {
  const [from, to] = await Promise.all(["from", "to"].map((name) => bed.broker.createQueue(`acme.q.${name === "from" ? "eu.from" : name}`)));
  await bed.gateway.createAddress(acme.name, "eu/from", "queue", from!);
  await bed.gateway.createAddress(acme.name, "to", "queue", to!);
  await using client = await bed.client(acme.login);
  expect(await client.send(await client.sender("eu/from"), { body: "moved", subject: "kept", message_annotations: { "x-opt-note": "kept" } })).toBe("accepted");
  expect(await bed.broker.call("moveMessages", ["", to], `queue.${from}`)).toBe(1);
  await client.receiver("to");
  const [message] = await client.take(1);
  expect(message).toMatchObject({ to: "to", subject: "kept", body: "moved", message_annotations: { "x-opt-note": "kept", "x-opt-ORIG-ADDRESS": "eu/from" } });
  expect(JSON.stringify(message)).not.toContain(acme.name);
});

/** Two queues, and a message that the broker moves from one to the other; it comes through the gateway, or straight to the broker. */
async function moved(name: string, message: rhea.Message, isStraight = false): Promise<string> {
  const [from, to] = await Promise.all([`eu.${name}-from`, `${name}-to`].map((word) => bed.broker.createQueue(`acme.q.${word}`)));
  await bed.gateway.createAddress(acme.name, `eu/${name}-from`, "queue", from!);
  await bed.gateway.createAddress(acme.name, `${name}-to`, "queue", to!);
  const { artemis } = await loadPlatform();
  await using client = isStraight ? await TestClient.connect({ port: artemis.port, ...artemis.provisioner }) : await bed.client(acme.login);
  const target = isStraight ? { address: from!, capabilities: ["queue"] } : { address: `eu/${name}-from` };
  expect(await client.send(await client.sender({ target } as never), message)).toBe("accepted");
  expect(await bed.broker.call("moveMessages", ["", to], `queue.${from}`)).toBe(1);
  return to!;
}

test.each<[string, Partial<rhea.Message>]>([
  ["annotations", { message_annotations: { "x-opt-note": "n".repeat(70_000), "x-opt-last": "kept" } }],
  ["message-id", { message_id: "m".repeat(70_000), subject: "kept" }],
  ["large-annotations", { message_annotations: { "x-opt-note": "n".repeat(200_000), "x-opt-last": "kept" } }],
])("a moved message shows nothing of the broker's either when what is in front of its body is longer than a frame: %s", async (name, message) => {
  await moved(name, { ...message, body: "b".repeat(10_000) });
  await using client = await bed.client(acme.login);
  await client.receiver(`${name}-to`);
  const [received] = await client.take(1);
  const { message_annotations: annotations, body, ...rest } = received!;
  expect(body).toBe("b".repeat(10_000));
  expect(annotations).toMatchObject({ ...message.message_annotations, "x-opt-ORIG-ADDRESS": `eu/${name}-from`, "x-opt-ORIG-QUEUE": `eu/${name}-from` });
  expect([rest.message_id === message.message_id, rest.subject]).toEqual([true, message.subject]);
  expect([undefined, `${name}-to`]).toContain(rest.to);
  expect(JSON.stringify(received).includes(acme.name)).toBe(false);
});

test("a moved message whose annotations are too long to be looked through is aborted and goes to the dead letters, and the next one comes", async () => {
  const endless = { message_annotations: { "x-opt-note": "n".repeat(maxFrontBytes + 65_536) }, body: "unseen" };
  await using writer = await bed.client(acme.login);
  expect(await writer.rejection(await writer.sender("orders"), endless)).toMatchObject({ condition: "amqp:decode-error" });
  const to = await moved("endless", endless, true);
  await using sender = await bed.client(acme.login);
  expect(await sender.send(await sender.sender("endless-to"), { body: "next" })).toBe("accepted");
  await using client = await RawClient.session({ host: "127.0.0.1", port: bed.gateway.ports.amqp, ...acme.login });
  await client.attach("in", { handle: 0, ...receiverAt("endless-to") });
  client.flow({ handle: 0, deliveryCount: 0, linkCredit: 2 });
  expect((await client.expect("transfer")).payload).toEqual(Buffer.alloc(0));
  expect((await client.expect("transfer")).fields.aborted).toBe(true);
  const next = await client.expect("transfer");
  expect(next.payload.toString()).toContain("next");
  client.send("disposition", { role: true, first: next.fields.deliveryId as number, settled: true, state: composite("accepted") });
  await expect.poll(() => bed.broker.messageCount(to)).toBe(0);
  expect(client.frames.filter(({ type }) => type === "transfer")).toHaveLength(3);
});

/** Names under which somebody might hope to reach what is not theirs. */
const names = (): string[] => [
  `${globex.name}.q.orders`, `${globex.name}/orders`, `/${globex.name}/orders`, `${globex.name}.orders`, `${acme.name}.orders`,
  "orders::orders", "news::orders", "news::", "::archive", "orders::archive", `${globex.name}.t.news::archive`, `news::${globex.name}.s.archive`, "news::archive::archive", `x::${globex.name}.q.orders`, "../globex.main/orders", "../../orders", "./orders", "/orders", "orders/", "orders%2e", "%6frders", "or*", "#", "*", "orders.#",
  "$management", "$cbs", "$sys", "activemq.management", "activemq.notifications", "$ACTIVEMQ_ARTEMIS_MIRROR", "queue://orders", "topic://news", "_reply.x", "_local/orders", "_topo/0/orders",
  "ORDERS", "orders ", " orders", "orders\0", "missing",
];

describe("an attach by any name but one's own", () => {
  test.each(["send", "recv"] as const)("is refused to %s, with equal words whether it exists elsewhere or not", async (operation) => {
    await using client = await bed.client(acme.login);
    for (const name of names()) {
      const attempt = operation === "send" ? client.sender(name) : client.receiver(name);
      const error = await refusal(attempt);
      expect(error.condition, name).toBe("amqp:not-found");
      expect(error.description.replaceAll(name, "NAME"), name).toBe("There is no address NAME in this address space. Check its spelling, or create it in the console.");
    }
  });
});

describe("a sender that names an address in each message", () => {
  test("reaches its own space's queues, topics, direct and reply addresses, and nothing else", async () => {
    await using client = await bed.client(acme.login);
    await using foreign = await bed.client(globex.login);
    for (const address of ["orders", "news", "calls", "ticks"]) await foreign.receiver({ name: address, source: { address } });
    await client.receiver("calls");
    await client.receiver("ticks");
    const replies = await client.receiver({ source: { address: "", dynamic: true } });
    const foreignReplies = await foreign.receiver({ source: { address: "", dynamic: true } });
    const sender = await client.sender({ target: {} } as never);
    for (const to of names()) {
      const error = await client.rejection(sender, { to, body: "foreign" });
      expect(error.condition, to).toBe("amqp:not-found");
      expect(error.description.replaceAll(to, "NAME"), to).toBe("There is no address NAME in this address space. Check its spelling, or create it in the console.");
    }
    expect((await client.rejection(sender, { to: foreignReplies.source.address as string, body: "foreign" })).condition).toBe("amqp:not-found");
    expect((await client.rejection(sender, { body: "for nobody" })).condition).toBe("amqp:not-found");
    for (const to of ["orders", "news", "calls", "ticks", replies.source.address as string]) expect(await client.send(sender, { to, body: to }), to).toBe("accepted");
    expect((await client.take(3)).map(({ to }) => to).sort()).toEqual(["calls", "ticks", replies.source.address as string].sort());
    expect(foreign.received).toEqual([]);
    await client.receiver("orders");
    expect((await client.take(1))[0]).toMatchObject({ to: "orders", body: "orders" });
  });

  test("is bound by its login's permissions message by message, as they are at that moment", async () => {
    const login = await bed.credential(acme.name, "writer", [{ operations: ["send"], pattern: "ord*" }]);
    await using client = await bed.client(login);
    const sender = await client.sender({ target: {} } as never);
    expect(await client.send(sender, { to: "orders", body: "allowed" })).toBe("accepted");
    expect((await client.rejection(sender, { to: "news", body: "not allowed" })).condition).toBe("amqp:unauthorized-access");
    expect((await client.rejection(sender, { to: "no-such-address", body: "not told" })).condition).toBe("amqp:unauthorized-access");
    await bed.gateway.createCredential(login.user, acme.name, []);
    expect((await client.rejection(sender, { to: "orders", body: "too late" })).condition).toBe("amqp:unauthorized-access");
    await using reader = await bed.client(acme.login);
    await reader.receiver("orders");
    expect((await reader.take(1))[0]!.body).toBe("allowed");
  });
});

test("a reply address of another space is as unknown as any other", async () => {
  await using one = await bed.client(acme.login);
  await using other = await bed.client(globex.login);
  const receiver = await one.receiver({ source: { address: "", dynamic: true } });
  expect((await refusal(other.sender(receiver.source.address as string))).condition).toBe("amqp:not-found");
});

test("a host name is no way into another space, in SASL, in the open or in TLS", async () => {
  await using foreign = await bed.client(globex.login);
  await foreign.receiver("calls");
  for (const host of [globex.name, `${globex.name}.app`, "globex"]) {
    await using client = await bed.client(acme.login, { hostname: host, sasl_init_hostname: host, port: bed.gateway.ports.amqps, transport: "tls", servername: `${host}.test`, rejectUnauthorized: false } as never);
    await client.receiver("calls");
    expect(await client.send(await client.sender("calls"), { body: host })).toBe("accepted");
    expect((await client.take(1))[0]!.body).toBe(host);
    expect((await refusal(client.receiver(`${globex.name}/orders`))).condition).toBe("amqp:not-found");
  }
  expect(foreign.received).toEqual([]);
});

test("a dynamic address is the gateway's to name, whatever name is asked for", async () => {
  await using one = await bed.client(acme.login);
  await using other = await bed.client(globex.login);
  const name = (await one.receiver({ source: { address: "", dynamic: true } })).source.address as string;
  const taken = (await other.receiver({ source: { address: name, dynamic: true } })).source.address as string;
  expect(taken).not.toBe(name);
  expect((await refusal(other.sender(name))).condition).toBe("amqp:not-found");
  expect(await one.send(await one.sender(name), { body: "mine" })).toBe("accepted");
  expect((await one.take(1))[0]!.body).toBe("mine");
  expect(other.received).toEqual([]);
});

test("each client has a connection of its own at the broker, under its own space's name", async () => {
  const container = `alone-${acme.name}`;
  await using one = await bed.client(acme.login, { container_id: container });
  await using other = await bed.client(globex.login, { container_id: container });
  await using again = await bed.client(acme.login, { container_id: `${container}-too` });
  for (const client of [one, other, again]) await client.receiver("orders");
  const page = JSON.parse(String(await bed.broker.call("listConnections", [JSON.stringify({ field: "clientID", operation: "CONTAINS", value: container }), 1, 100]))) as { data: { clientID: string }[] };
  expect(page.data.map(({ clientID }) => clientID).sort()).toEqual([`${acme.name}/${container}`, `${acme.name}/${container}-too`, `${globex.name}/${container}`].sort());
});

test("a login with permissions does only what they say", async () => {
  const reader = await bed.credential(acme.name, "reader", [{ operations: ["recv"], pattern: "ord*" }]);
  await using client = await bed.client(reader);
  await client.receiver("orders");
  expect((await refusal(client.sender("orders"))).condition).toBe("amqp:unauthorized-access");
  expect((await refusal(client.receiver("calls"))).condition).toBe("amqp:unauthorized-access");
  expect((await refusal(client.receiver("no-such-address"))).condition).toBe("amqp:unauthorized-access");
});

describe("a login is refused", () => {
  test.each([
    ["with a wrong secret", () => ({ username: acme.login.user, password: "wrong" })],
    ["that nobody knows", () => ({ username: "acme.main.nobody", password: "x" })],
    ["with another's secret", () => ({ username: acme.login.user, password: globex.login.password })],
    ["with a token that is none by OAUTHBEARER", () => oauthBearer(acme.login, "no.token.at-all")],
    ["with a token that is none", () => withToken(acme.login.user, "no.token.at-all")],
    ["without SASL", () => ({})],
  ])("%s", async (_what, proof) => {
    await expect(TestClient.connect({ port: bed.gateway.ports.amqp, ...proof() } as never)).rejects.toBeDefined();
  });

  test("with the token of another login", async () => {
    const token = await new ApplicationLogins(await loadPlatform()).token(globex.login);
    await expect(TestClient.connect({ port: bed.gateway.ports.amqp, ...withToken(acme.login.user, token) } as never)).rejects.toBeDefined();
  });
});
