import { expect, test } from "vitest";
import { addressListCodec } from "#components/addresses/address-list-view.ts";
import { auditCodec } from "#components/audit/audit-view.ts";
import { connectionListCodec } from "#components/connections/connection-list-view.ts";
import { changedUrl, toggled } from "./url-view.ts";

function after(url: string): [pathname: string, search: string] {
  const { pathname, search } = new URL(url, "http://console.test");
  return [pathname, search];
}

test("a choice keeps the choices before it", () => {
  const first = changedUrl(addressListCodec, "/t/acme/s/default/addresses", "", { search: "a" });
  expect(first).toBe("/t/acme/s/default/addresses?search=a");
  expect(changedUrl(addressListCodec, ...after(first), { sort: "depth", descending: true })).toBe("/t/acme/s/default/addresses?search=a&sort=-depth");
});

test("a choice among several of a kind adds to what stands there, not to what was shown", () => {
  const first = changedUrl(connectionListCodec, "/c", "", ({ protocol }) => ({ protocol: toggled(protocol, "amqp") }));
  expect(changedUrl(connectionListCodec, ...after(first), ({ protocol }) => ({ protocol: toggled(protocol, "amqps") }))).toBe("/c?protocol=amqp,amqps");
});

test("the usual view leaves the bare path", () => {
  expect(changedUrl(auditCodec, "/audit", "?actor=a&from=2026-11-01", { actor: "", from: "" })).toBe("/audit");
});
