import { describe, expect, it } from "vitest";
import { formatAddressListView, isFiltered, isInView, parseAddressListView } from "./address-list-view.ts";

const plain = parseAddressListView(new URLSearchParams());

describe("the address list's URL", () => {
  it("is empty for the plain list, sorted by name", () => {
    expect(formatAddressListView(plain)).toBe("");
    expect(plain).toEqual({ search: "", type: [], phase: [], plan: [], topic: "", sort: "name", descending: false, after: undefined });
    expect(isFiltered(plain)).toBe(false);
  });

  it("holds the whole view and gives it back", () => {
    const query = "?search=orders&type=queue,topic&phase=Failed&plan=queue-small&topic=news&sort=-createdAt&after=abc%3D";
    const view = parseAddressListView(new URLSearchParams(query));
    expect(view).toEqual({ search: "orders", type: ["queue", "topic"], phase: ["Failed"], plan: ["queue-small"], topic: "news", sort: "createdAt", descending: true, after: "abc=" });
    expect(formatAddressListView(view)).toBe(query);
    expect(isFiltered(view)).toBe(true);
  });

  it("leaves out what it does not know", () => {
    const view = parseAddressListView(new URLSearchParams("type=queue,rocket&phase=Lost&sort=-weight"));
    expect(view).toEqual({ ...plain, type: ["queue"] });
  });
});

describe("an address that appears", () => {
  it("is offered only to views that would show it", () => {
    const address = { name: "Orders/new", type: "queue", topic: null, phase: "Pending", planId: "queue-small" } as const;
    expect(isInView(plain, address)).toBe(true);
    expect(isInView({ ...plain, search: "orders" }, address)).toBe(true);
    expect(isInView({ ...plain, search: "bills" }, address)).toBe(false);
    expect(isInView({ ...plain, type: ["topic"] }, address)).toBe(false);
    expect(isInView({ ...plain, plan: ["queue-large"] }, address)).toBe(false);
    expect(isInView({ ...plain, phase: ["Active"] }, address)).toBe(false);
    expect(isInView({ ...plain, topic: "news" }, address)).toBe(false);
    expect(isInView({ ...plain, topic: "news/eu" }, { ...address, type: "subscription", topic: "news.eu" })).toBe(true);
  });
});
