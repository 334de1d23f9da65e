import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DeliveryTable } from "./delivery-table.ts";
import type { Link } from "./link.ts";

const links = [{ name: "a" }, { name: "b" }] as unknown as Link[];

test("deliveries are found until they are removed, however long some stay, also where ids wrap round", () => {
  const steps = fc.array(fc.record({ settle: fc.nat(100), keep: fc.boolean() }), { maxLength: 400 });
  fc.assert(
    fc.property(steps, fc.constantFrom(0, 0xffff_ff00, 65_500), (all, first) => {
      const table = new DeliveryTable();
      const model = new Map<number, number>();
      let next = first;
      for (const { settle, keep } of all) {
        const id = next;
        next = (next + 1) >>> 0;
        table.set(id, links[id & 1]!, links[0]!, id);
        model.set(id, id);
        if (keep) continue;
        const gone = [...model.keys()][settle % model.size]!;
        expect(table.remove(gone)).toBe(true);
        model.delete(gone);
      }
      expect(table.count).toBe(model.size);
      for (const id of model.keys()) {
        expect(table.find(id)).toBe(true);
        expect([table.link, table.peerId]).toEqual([links[id & 1], id]);
      }
      expect(table.find(next)).toBe(false);
      const seen: number[] = [];
      table.forEachInRange(first, (next - 1) >>> 0, (id) => table.find(id) && seen.push(id));
      expect(seen.toSorted((a, b) => a - b)).toEqual([...model.keys()].toSorted((a, b) => a - b));
    }),
  );
});

test("a delivery that stays while 200,000 others pass is still there", () => {
  const table = new DeliveryTable();
  table.set(5, links[0]!, null, 1);
  for (let id = 6; id < 200_000; id += 1) {
    table.set(id, links[1]!, null, id);
    if (id > 70_000) table.remove(id - 60_000);
  }
  expect(table.find(5)).toBe(true);
  expect(table.link).toBe(links[0]);
});

test("a range as wide as ids go costs no more than the table", () => {
  const table = new DeliveryTable();
  for (let id = 0; id < 100; id += 1) table.set(id, links[0]!, null, 0);
  let visits = 0;
  table.forEachInRange(0, 0x7fff_ffff, () => (visits += 1));
  expect(visits).toBe(100);
});
