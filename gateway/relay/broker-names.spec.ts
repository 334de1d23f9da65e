import { describe, expect, test } from "vitest";
import { AmqpSymbol, DescribedList, encode } from "../amqp/value-writer.ts";
import { Directory } from "../directory/directory.ts";
import { readTo } from "../amqp/message-sections.ts";
import { brokerNamesOf } from "./broker-names.ts";

function setUp() {
  const directory = new Directory({ connectionsPerSecond: 100, linksPerSecond: 500, largeMessageBytesPerSecond: 50_000_000 });
  directory.putSpace({ name: "acme.main", generation: 1, isClosed: false, autoCreatePatterns: [], maxConnections: 1 });
  directory.putAddress({ name: "acme.main/eu/orders", generation: 1, addressType: "queue", broker: "main", brokerAddress: "acme.main.q1.eu.orders", maxMessageBytes: 1, maxConsumers: 1 });
  return brokerNamesOf(directory.spaces.get("acme.main")!);
}

function message(to: string, annotations: ReadonlyMap<AmqpSymbol, string>, body = "body"): Buffer {
  return Buffer.concat([
    encode(new DescribedList(0x70, [true])),
    Buffer.from([0, 0x53, 0x72]), encode(annotations),
    encode(new DescribedList(0x73, ["id", null, to, "subject"])),
    Buffer.from([0, 0x53, 0x77]), encode(body),
  ]);
}

function rejected(description: string): Buffer {
  return encode(new DescribedList(0x25, [new DescribedList(0x1d, [new AmqpSymbol("amqp:resource-limit-exceeded"), description, null])]));
}

function rewritten(names: ReturnType<typeof setUp>, payload: Buffer): Buffer {
  return names.rewritten(payload, 0, payload.length);
}

describe("names of a broker's", () => {
  test("give way to the client's own in `to` and in the annotations of a message's origin; the rest stays as it is", () => {
    const names = setUp();
    const moved = message("acme.main.q1.eu.orders", new Map([[new AmqpSymbol("x-opt-ORIG-ADDRESS"), "acme.main.q1.eu.orders"], [new AmqpSymbol("x-opt-ORIG-QUEUE"), "acme.main.q1.gone"]]));
    expect(names.look(moved, 0, moved.length, true)).toBe("named");
    const own = rewritten(names, moved);
    expect(own).toEqual(message("eu/orders", new Map([[new AmqpSymbol("x-opt-ORIG-ADDRESS"), "eu/orders"], [new AmqpSymbol("x-opt-ORIG-QUEUE"), "gone"]])));
    expect(readTo(own, 0, own.length, true)).toBe("eu/orders");
    expect(names.look(own, 0, own.length, true)).toBe("clean");
  });

  test("are looked for in front of the body only, and what the sender wrote elsewhere is its own", () => {
    const names = setUp();
    const plain = message("eu/orders", new Map([[new AmqpSymbol("x-opt-note"), "nothing"]]), "acme.main.q1.eu.orders");
    expect(names.look(plain, 0, plain.length, true)).toBe("clean");
    const quoting = message("eu/orders", new Map([[new AmqpSymbol("x-opt-note"), "acme.main.q1.eu.orders"]]));
    expect(rewritten(names, quoting)).toEqual(quoting);
  });

  test("of one space do not touch another's, nor words that only begin alike", () => {
    const names = setUp();
    for (const to of ["acme.main2.q1.orders", "acme.mainly", "globex.main.q1.orders"]) {
      const other = message(to, new Map());
      expect(rewritten(names, other), to).toEqual(other);
    }
    expect(names.inText("AMQ229: acme.main.q1.eu.orders and acme.main/container.link are full, acme.mainly is not")).toBe("AMQ229: eu.orders and container.link are full, acme.mainly is not");
  });

  test("leave the words of a rejection, and a rejection without any stays as it is", () => {
    const names = setUp();
    const full = rejected("Address acme.main.q1.eu.orders is full.");
    expect(names.inRejection(full, 0, full.length)).toEqual(rejected("Address eu.orders is full."));
    const wordless = encode(new DescribedList(0x25, []));
    expect(names.inRejection(wordless, 0, wordless.length)).toEqual(wordless);
  });

  test("are seen in every cut of a message as soon as its front is whole, and never before", () => {
    const names = setUp();
    const moved = message("acme.main.q1.eu.orders", new Map([[new AmqpSymbol("x-opt-ORIG-ADDRESS"), "acme.main.q1.eu.orders"]]));
    const clean = message("eu/orders", new Map([[new AmqpSymbol("x-opt-note"), "nothing"]]));
    for (const [whole, finding] of [[moved, "named"], [clean, "clean"]] as const) {
      const frontEnd = whole.length - encode("body").length - 3;
      for (let end = 0; end <= whole.length; end += 1) expect(names.look(whole, 0, end, false), String(end)).toBe(end < frontEnd ? "cut" : finding);
    }
  });
});
