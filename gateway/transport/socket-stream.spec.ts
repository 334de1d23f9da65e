import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { SocketStream } from "./socket-stream.ts";

const sent = Buffer.from(Uint8Array.from({ length: 2_000_000 }, (_, index) => index * 7 + (index >> 8)));
const littleBytes = 32 * 1024;

/**
 * What a listener is handed of {@link sent}.
 * @param readsLittle whether it wants little at a time when it was handed so many chunks
 */
async function chunksRead(readsLittle: (chunks: number) => boolean): Promise<Buffer[]> {
  const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect((server.address() as { port: number }).port, "127.0.0.1");
  const [socket] = (await once(server, "connection")) as [Socket];
  const chunks: Buffer[] = [];
  const closed = Promise.withResolvers<string>();
  SocketStream.accepted(socket, "amqp").start({
    get readsLittle() {
      return readsLittle(chunks.length);
    },
    onData: (chunk, bytes) => void chunks.push(Buffer.from(chunk.subarray(0, bytes))),
    onClose: closed.resolve,
  });
  client.end(sent);
  await closed.promise;
  server.close();
  return chunks;
}

test("hands on all that came, and little at a time to who wants little", async () => {
  const chunks = await chunksRead(() => true);
  expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  // The first read begins before anybody is asked.
  expect(Math.max(...chunks.slice(1).map(({ length }) => length))).toBe(littleBytes);
});

test("hands on all that came when what is wanted at a time changes meanwhile", async () => {
  const chunks = await chunksRead((count) => count % 3 !== 0);
  expect(Buffer.concat(chunks).equals(sent)).toBe(true);
  expect(Math.max(...chunks.map(({ length }) => length))).toBeGreaterThan(littleBytes);
});
