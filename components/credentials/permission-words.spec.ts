import { expect, it } from "vitest";
import { permissionWords } from "./permission-words.ts";

it("tells permissions in words", () => {
  expect(
    permissionWords([
      { operations: ["send", "recv"], pattern: "orders/new" },
      { operations: ["recv"], pattern: "news/*" },
      { operations: ["send"], pattern: "*" },
    ]),
  ).toBe("send to and receive from orders/new; receive from addresses that begin with news/; send to every address");
});
