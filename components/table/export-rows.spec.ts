import { afterEach, expect, it, vi } from "vitest";
import { type CsvColumn, exportCsv, maxExportedRows, pagesOf } from "./export-rows.ts";

const saved: { name: string; blob: Blob }[] = [];
let held: Blob;
// What a browser gives; the rest is real.
vi.stubGlobal("document", { createElement: () => ({ href: "", download: "", click(this: { download: string }) { saved.push({ name: this.download, blob: held }); } }) });
vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => {
  held = blob as Blob;
  return "blob:one";
});
vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => undefined);
afterEach(() => void saved.splice(0));

interface Row {
  readonly name: string;
  readonly depth: number | null;
}
const columns: readonly CsvColumn<Row>[] = [{ title: "Name", value: ({ name }) => name }, { title: "Depth", value: ({ depth }) => depth }];

it("writes all pages of a query in order, under a name that every file system takes", async () => {
  const asked: (string | undefined)[] = [];
  const pages = pagesOf<Row>(async (cursor) => {
    asked.push(cursor);
    return cursor === undefined ? { items: [{ name: "=a", depth: -1 }], nextCursor: "2" } : { items: [{ name: "b", depth: null }], nextCursor: null };
  });
  expect(await exportCsv("addresses acme/orders", columns, pages)).toEqual({ rows: 2, isCut: false });
  expect(asked).toEqual([undefined, "2"]);
  expect(saved[0]?.name).toBe("addresses-acme-orders.csv");
  expect(await saved[0]?.blob.text()).toBe("Name,Depth\r\n'=a,-1\r\nb,\r\n");
});

it("is bounded, and says when rows were left out", async () => {
  let read = 0;
  const pages = pagesOf<Row>(async () => {
    read += 1;
    return { items: Array.from({ length: 30_000 }, () => ({ name: "x", depth: 0 })), nextCursor: "more" };
  });
  expect(await exportCsv("x", columns, pages)).toEqual({ rows: maxExportedRows, isCut: true });
  expect(read).toBe(4);
});
