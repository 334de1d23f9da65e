import { expect, it } from "vitest";
import { formatWorkbenchView, parseWorkbenchView } from "./workbench-view.ts";

it("a view survives its query string, in order, with the same address more than once", () => {
  const panes = [{ kind: "send", address: "orders/eu" }, { kind: "browse", address: "orders/eu" }, { kind: "settle", address: "a&b=c" }, { kind: "send", address: "" }] as const;
  const query = formatWorkbenchView(panes);
  expect(query).toBe("?send=orders/eu&browse=orders/eu&settle=a%26b%3Dc&send=");
  expect(parseWorkbenchView(new URLSearchParams(query))).toEqual(panes);
});

it("leaves out what it does not know, and does not open more panes than a page can hold", () => {
  expect(parseWorkbenchView(new URLSearchParams("?steal=orders&receive=x"))).toEqual([{ kind: "receive", address: "x" }]);
  expect(parseWorkbenchView(new URLSearchParams("send=a&".repeat(50)))).toHaveLength(6);
});
