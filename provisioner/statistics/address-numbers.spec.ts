import { expect, test } from "vitest";
import type { GatewayAddressStatistics } from "#contracts/gateway-management.ts";
import type { QueueStatistics } from "../drivers/broker-driver.ts";
import { noCounts, numbersAfter, type AddressReading } from "./address-numbers.ts";

const gateway = (values: Partial<GatewayAddressStatistics> = {}): GatewayAddressStatistics => ({
  name: "t.s/orders", since: 1, producers: 0, consumers: 0, taken: 0, refused: 0, delivered: 0, acknowledged: 0, rejected: 0, released: 0, ...values,
});
const queue = (values: Partial<QueueStatistics> = {}): QueueStatistics => ({
  id: "7", name: "t.s.q.orders", address: "t.s.q.orders", depth: 0, delivering: 0, added: 0, acknowledged: 0, expired: 0, killed: 0, ...values,
});
const queueReading = (own: QueueStatistics, epoch = "main@1", gateways: [string, GatewayAddressStatistics][] = []): AddressReading => ({
  type: "queue", gateways: new Map(gateways), broker: { epoch, queues: [own], deadLetters: undefined },
});
const direct = (one: GatewayAddressStatistics, two: GatewayAddressStatistics): AddressReading => ({ type: "anycast", gateways: new Map([["one", one], ["two", two]]) });

test("counts of a queue are what the broker counted since the last pass", () => {
  const first = numbersAfter(undefined, queueReading(queue({ depth: 3, added: 5, acknowledged: 2 }))).numbers;
  const { counted, numbers } = numbersAfter(first, queueReading(queue({ depth: 4, added: 9, acknowledged: 4, expired: 1 })));
  expect(counted).toEqual({ ...noCounts, in: 4, acknowledged: 2, expired: 1 });
  expect(numbers).toMatchObject({ depth: 4, totals: { in: 9, acknowledged: 4, expired: 1 } });
});

test("messages that a broker reloads at its start are not new, and nothing is negative", () => {
  const before = numbersAfter(undefined, queueReading(queue({ depth: 3, added: 50, acknowledged: 47 }))).numbers;
  const after = numbersAfter(before, queueReading(queue({ depth: 3, added: 3 }), "main@2"));
  expect(after.counted).toEqual(noCounts);
  const later = numbersAfter(before, queueReading(queue({ depth: 4, added: 6, acknowledged: 2 }), "main@2"));
  expect(later.counted).toEqual({ ...noCounts, in: 3, acknowledged: 2 });
});

test("a queue made again under its name counts from zero", () => {
  const before = numbersAfter(undefined, queueReading(queue({ depth: 3, added: 50 }))).numbers;
  expect(numbersAfter(before, queueReading(queue({ id: "8", depth: 1, added: 2, acknowledged: 1 }))).counted).toEqual({ ...noCounts, in: 2, acknowledged: 1 });
});

test("a gateway that began anew counts from zero, beside another one that goes on", () => {
  const before = numbersAfter(undefined, direct(gateway({ taken: 10, delivered: 10, acknowledged: 10, producers: 1 }), gateway({ taken: 5, refused: 1 }))).numbers;
  const { counted, numbers } = numbersAfter(before, direct(gateway({ since: 9, taken: 4, delivered: 4, acknowledged: 3, rejected: 1 }), gateway({ taken: 6, refused: 1, consumers: 2 })));
  expect(counted).toEqual({ ...noCounts, in: 5, out: 4, acknowledged: 3, rejected: 1 });
  expect(numbers).toMatchObject({ senders: 0, receivers: 2, totals: { in: 20, out: 14, acknowledged: 13, rejected: 1, refused: 1 } });
});

test("the first message's age is forgotten as soon as it may have gone", () => {
  const before = { ...numbersAfter(undefined, queueReading(queue({ depth: 3, added: 3 }))).numbers, oldestAtMs: 1000 };
  expect(numbersAfter(before, queueReading(queue({ depth: 4, added: 4 }))).numbers.oldestAtMs).toBe(1000);
  expect(numbersAfter(before, queueReading(queue({ depth: 3, added: 4, acknowledged: 1 }))).numbers.oldestAtMs).toBeNull();
});
