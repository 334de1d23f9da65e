import { expect, test } from "vitest";
import { RowKeys } from "./row-keys.ts";

test("rows take the elements of others in their order", () => {
  const keys = new RowKeys();
  expect(keys.assign([9, 8, 7], false)).toEqual([0, 1, 2]);
  expect(keys.assign([12, 11, 10], false)).toEqual([0, 1, 2]);
});

test("while somebody is at a row, rows that stay in sight keep their elements, and newer ones take those that are free", () => {
  const keys = new RowKeys();
  keys.assign([9, 8, 7], false);
  expect(keys.assign([10, 9, 8], true)).toEqual([2, 0, 1]);
  expect(keys.assign([14, 13, 8], true)).toEqual([0, 2, 1]);
  expect(keys.assign([15, 14, 13, 8], true)).toEqual([3, 0, 2, 1]);
});
