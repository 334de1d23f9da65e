import rhea, { type Connection, type Delivery, type EventContext, type Receiver } from "rhea";
import { afterEach, beforeEach, expect, it } from "vitest";
import { tellOutcomesAsGiven } from "./outcomes-as-given.ts";

const sent = 8;

let server: { address(): unknown; once(event: string, then: (value: unknown) => void): unknown; close(): void };
let connection: Connection;
let receiver: Receiver;
let outcomes: (string | undefined)[];
let isTold: Promise<unknown>;

beforeEach(async () => {
  const peer = rhea.create_container();
  const told = Promise.withResolvers<unknown>();
  isTold = told.promise;
  outcomes = [];
  peer.on("sender_open", ({ sender }: EventContext) => {
    for (let number = 0; number < sent; number += 1) sender?.send({ body: number });
  });
  for (const outcome of ["accepted", "released", "rejected", "modified"]) {
    peer.on(outcome, ({ delivery }: EventContext) => {
      const { error } = (delivery?.remote_state ?? {}) as { error?: { description?: string } };
      outcomes[(delivery as unknown as { id: number }).id] = error?.description === undefined ? outcome : `${outcome} ${error.description}`;
      if (outcomes.filter((each) => each !== undefined).length === sent) told.resolve(undefined);
    });
  }
  peer.on("disconnected", () => undefined);
  server = peer.listen({ port: 0, sender_options: { autosettle: true } } as never) as never;
  await new Promise((resolve) => server.once("listening", resolve));
  const container = rhea.create_container();
  container.on("disconnected", () => undefined);
  connection = container.connect({ port: (server.address() as { port: number }).port, reconnect: false });
  receiver = connection.open_receiver({ source: { address: "a" }, autoaccept: false, credit_window: sent } as never);
});

afterEach(() => {
  connection.close();
  server.close();
});

/** Settles all deliveries in one turn. */
async function settleTogether(settle: (delivery: Delivery, index: number) => void): Promise<void> {
  const came: Delivery[] = [];
  await new Promise<void>((resolve) =>
    receiver.on("message", ({ delivery }: EventContext) => {
      came.push(delivery as Delivery);
      if (came.length === sent) resolve();
    }),
  );
  came.forEach(settle);
  await isTold;
}

it("tells each delivery's own outcome, however many are settled in one turn", async () => {
  tellOutcomesAsGiven(receiver.session);
  await settleTogether((delivery, index) => {
    if (index < 2 || index === 4) delivery.accept();
    else if (index === 5 || index === 6) delivery.reject({ condition: "my:own", description: `number ${index}` });
    else if (index === 7) delivery.modified({ delivery_failed: true, undeliverable_here: false });
    else delivery.release();
  });
  expect(outcomes).toEqual(["accepted", "accepted", "released", "released", "accepted", "rejected number 5", "rejected number 6", "modified"]);
});

it("is needed: by itself rhea tells the outcome of the first of two", async () => {
  await settleTogether((delivery, index) => (index === 0 ? delivery.accept() : delivery.release()));
  expect(outcomes.slice(0, 2), "rhea tells it right now: outcomes-as-given.ts is no longer needed").toEqual(["accepted", "accepted"]);
});
