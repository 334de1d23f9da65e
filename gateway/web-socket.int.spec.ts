import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { composite, frame } from "./conformance/support/performatives.ts";
import { amqpHeader, saslHeader } from "./conformance/support/raw-client.ts";
import { GatewayBed, type TestSpace } from "./test-support/bed.ts";
import { eventOf } from "./test-support/client.ts";

let bed: GatewayBed;
let space: TestSpace;

beforeAll(async () => {
  bed = await GatewayBed.make();
  space = await bed.space("acme");
});
afterAll(async () => bed?.[Symbol.asyncDispose]());

/** A socket behind the handshake of a WebSocket, on which frames are written by hand. */
function upgraded(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port: bed.gateway.ports.webSocket }, () => {
      socket.write(`GET /amqp HTTP/1.1\r\nHost: gateway\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: amqp\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`);
    });
    socket.once("error", reject);
    socket.once("data", () => {
      socket.off("error", reject).on("error", () => undefined);
      resolve(socket);
    });
  });
}

/** A frame as a client writes it: masked with zeros, its length as given. */
function webSocketFrame(firstByte: number, payload: Buffer, { isMasked = true } = {}): Buffer {
  const head = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  head[0]! |= isMasked ? 0x80 : 0;
  return Buffer.concat([Buffer.from([firstByte, ...head, ...(isMasked ? [0, 0, 0, 0] : [])]), payload]);
}

/** The code with which the gateway closes, or null when the socket ends without one. */
function closeCode(socket: Socket, bytes: Buffer): Promise<number | null> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    socket.once("close", () => resolve(null));
    socket.on("data", (part) => {
      received = Buffer.concat([received, part]);
      for (let at = 0; at + 4 <= received.length; at += 2 + received[at + 1]!) if (received[at] === 0x88) resolve(received.readUInt16BE(at + 2));
    });
    socket.write(bytes);
  });
}

const hello = Buffer.from("hello");

describe("a frame that RFC 6455 forbids ends the WebSocket with its code", () => {
  test.each([
    ["an unmasked one", () => webSocketFrame(0x82, hello, { isMasked: false }), 1002],
    ["one with a reserved bit", () => webSocketFrame(0xa2, hello), 1002],
    ["one that claims to be compressed", () => webSocketFrame(0xc2, randomBytes(100)), 1002],
    ["one of an unknown kind", () => webSocketFrame(0x83, hello), 1002],
    ["a ping in pieces", () => webSocketFrame(0x09, hello), 1002],
    ["a ping of 126 bytes", () => webSocketFrame(0x89, Buffer.alloc(126)), 1002],
    ["the continuation of nothing", () => webSocketFrame(0x80, hello), 1002],
    ["a close with a code that is none", () => webSocketFrame(0x88, Buffer.from([0, 1])), 1002],
    ["one of 2^63 bytes", () => Buffer.from([0x82, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0]), 1009],
    ["one larger than a connection may hold", () => Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0, 0x50, 0, 0, 0, 0, 0, 0]), 1009],
    ["text that is no UTF-8", () => webSocketFrame(0x81, Buffer.from([0xc3, 0x28])), 1007],
    ["text", () => webSocketFrame(0x81, hello), 1003],
  ])("%s", async (_what, bytes, code) => {
    expect(await closeCode(await upgraded(), bytes())).toBe(code);
  });
});

test("frames of AMQP may come in any pieces: many messages for one, or one message for many", async () => {
  const socket = new WebSocket(`ws://127.0.0.1:${bed.gateway.ports.webSocket}/amqp`, ["amqp"]);
  const received: Buffer[] = [];
  const has = (bytes: Buffer): boolean => Buffer.concat(received).includes(bytes);
  socket.on("message", (data: Buffer) => received.push(data));
  await eventOf(socket, "open");
  const { user, password } = space.login;
  const login = Buffer.concat([saslHeader, frame(0, composite("saslInit", { mechanism: "PLAIN", initialResponse: Buffer.from(`\0${user}\0${password}`) }), undefined, 1)]);
  for (const byte of login) socket.send(Buffer.from([byte]));
  await expect.poll(() => has(Buffer.from([0x00, 0x53, 0x44]))).toBe(true);
  const begin = composite("begin", { nextOutgoingId: 0, incomingWindow: 10, outgoingWindow: 10 });
  socket.send(Buffer.concat([amqpHeader, frame(0, composite("open", { containerId: "in-pieces" })), frame(0, begin), frame(1, begin)]));
  await expect.poll(() => Buffer.concat(received).toString("latin1").split("\0\u0053\u0011").length - 1).toBe(2);
  socket.close();
});

test("neither a flood of pings nor mutated frames swell or end the gateway, and others are served meanwhile", { timeout: 60_000 }, async () => {
  await using client = await bed.client(space.login);
  await client.receiver("calls");
  const sender = await client.sender("calls");
  const openBefore = await bed.gateway.openFiles();
  const bytesBefore = await bed.gateway.residentBytes();
  const flooding = await upgraded();
  flooding.on("data", () => undefined);
  const pings = Buffer.concat(Array.from({ length: 10_000 }, () => webSocketFrame(0x89, hello)));
  for (let round = 0; round < 10; round += 1) {
    flooding.write(pings);
    expect(await client.send(sender, { body: round })).toBe("accepted");
  }
  for (let input = 0; input < 300; input += 1) {
    const socket = await upgraded();
    socket.end(Buffer.concat([webSocketFrame(0x82, saslHeader), randomBytes(1 + (input % 40))]));
    socket.resume();
  }
  flooding.destroy();
  await expect.poll(() => bed.gateway.openFiles(), { timeout: 20_000 }).toBeLessThanOrEqual(openBefore);
  expect(await client.send(sender, { body: "after" })).toBe("accepted");
  expect((await bed.gateway.residentBytes()) - bytesBefore).toBeLessThan(64 * 1024 * 1024);
});
