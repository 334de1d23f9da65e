import { expect, it } from "vitest";
import { fittingPlaces, placesOf } from "./places.ts";

const session = { platformRoles: [], tenants: [{ slug: "acme", name: "Acme", roles: [], closure: null, spaces: [{ slug: "default", name: "Default" }, { slug: "orders", name: "Orders" }] }] };
const here = { tenant: "acme", space: "default" };
const names = (items: readonly { name: string }[]) => items.map(({ name }) => name);

it("offers the pages and actions that the person may use, and no others", () => {
  const viewer = placesOf(session, here, ["viewer"]);
  expect(names(viewer.pages)).toEqual(["Overview", "Addresses", "Connections", "Credentials", "Spaces", "Profile", "acme / orders"]);
  expect(viewer.actions).toEqual([]);
  expect(names(placesOf(session, here, ["tenant-admin"]).actions)).toEqual(["Create address", "Create many addresses", "Create credential"]);
  expect(names(placesOf({ ...session, platformRoles: ["support"] }, { tenant: "", space: "" }, ["support"]).pages)).toEqual(expect.arrayContaining(["Trouble now", "Top addresses", "Search", "Tenants"]));
});

it("finds by every word that is typed, whatever their order", () => {
  const places = placesOf(session, here, ["tenant-admin"]);
  expect(names(fittingPlaces(places, "ADDRESS create").actions)).toEqual(["Create address", "Create many addresses"]);
  expect(names(fittingPlaces(places, "orders").pages)).toEqual(["acme / orders"]);
  expect(fittingPlaces(places, "nothing like it")).toEqual({ pages: [], actions: [] });
});
