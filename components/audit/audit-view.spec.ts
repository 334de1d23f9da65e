import { expect, it } from "vitest";
import { formatAuditView, isFiltered, parseAuditView, toFilters } from "./audit-view.ts";

it("keeps the whole view in the URL, and nothing for the plain list", () => {
  const query = "?actor=dev%40acme.test&object=orders&action=address%3Acreate&outcome=accepted&from=2026-11-01&until=2026-11-23";
  expect(formatAuditView(parseAuditView(new URLSearchParams(query)))).toBe(query);
  expect(formatAuditView(parseAuditView(new URLSearchParams()))).toBe("");
  expect(isFiltered(parseAuditView(new URLSearchParams()))).toBe(false);
});

it("asks for whole days, the last one included", () => {
  const { from, until } = toFilters(parseAuditView(new URLSearchParams("from=2026-11-01&until=2026-11-01")));
  expect(Date.parse(until ?? "") - Date.parse(from ?? "")).toBe(86_400_000);
});

it("leaves out what it does not know", () => {
  expect(toFilters(parseAuditView(new URLSearchParams("outcome=great&action=x:y&objectType=dog&from=soon")))).toEqual({ actor: "", object: "" });
});
