import { expect, it } from "vitest";
import { formatChartView, parseChartView, windowBetween } from "./chart-view.ts";

it.each(["", "?range=7d", "?range=15m&zone=utc&as=table", "?from=2026-11-28T10:00:00.000Z&to=2026-11-28T11:00:00.000Z&zone=utc"])("keeps the whole view in the URL: %s", (query) => {
  expect(formatChartView(parseChartView(new URLSearchParams(query)))).toBe(query);
});

it("leaves out what it does not know", () => {
  for (const query of ["range=forever", "from=yesterday&to=today", "from=2026-11-28T11:00:00.000Z&to=2026-11-28T10:00:00.000Z", "zone=mars"]) {
    expect(parseChartView(new URLSearchParams(query))).toEqual({ window: { range: "1h" }, isUtc: false, isTable: false });
  }
});

it("zooms to whole steps, and to a minute at least", () => {
  expect(windowBetween(Date.UTC(2026, 10, 28, 10, 0, 14), Date.UTC(2026, 10, 28, 10, 0, 31), 10)).toEqual({ from: "2026-11-28T10:00:10.000Z", to: "2026-11-28T10:01:10.000Z" });
});
