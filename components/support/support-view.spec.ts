import { expect, it } from "vitest";
import { formatTroubleView, parseTroubleView, searchCodec, topCodec } from "./support-view.ts";

it("gives each view of trouble back from its URL, and forgives what it does not know", () => {
  for (const view of [{ search: "", cause: [] }, { search: "acme & co", cause: [] }, { search: "x", cause: ["no-consumer", "rejected"] }] as const) {
    expect(parseTroubleView(new URLSearchParams(formatTroubleView(view)))).toEqual(view);
  }
  expect(parseTroubleView(new URLSearchParams("?cause=nonsense&cause=full&search=%20a%20"))).toEqual({ search: "a", cause: ["full"] });
  expect(formatTroubleView({ search: "", cause: [] })).toBe("");
  expect(topCodec.parse(new URLSearchParams("?by=nonsense"))).toEqual({ by: "depth" });
  expect(topCodec.format(topCodec.parse(new URLSearchParams("?by=oldest")))).toBe("?by=oldest");
  expect(searchCodec.parse(new URLSearchParams(searchCodec.format({ text: " acme & co " })))).toEqual({ text: "acme & co" });
  expect(searchCodec.format({ text: " " })).toBe("");
});
