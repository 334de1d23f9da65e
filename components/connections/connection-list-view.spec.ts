import { expect, it } from "vitest";
import { formatConnectionListView, parseConnectionListView } from "./connection-list-view.ts";

const round = (query: string): string => formatConnectionListView(parseConnectionListView(new URLSearchParams(query)));

it("gives every view back from its shortest query string", () => {
  for (const query of ["", "?search=ware&protocol=amqp,websocket&sort=-inRate&page=3", "?login=acme.default.app&container=c%2F1&address=a%2Fb", "?sort=since"]) expect(round(query)).toBe(query);
});

it("leaves out what it does not know", () => {
  expect(round("?sort=-nothing&protocol=smtp&page=-1&page=x&search=%00")).toBe("");
});
