import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { snippetsFor } from "./snippets.ts";

it("the README shows the programs that the console shows and the tests run", () => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const target = { host: "localhost", port: 5672, tls: false, address: "orders", addressType: "queue", login: "acme.default.shop" } as const;
  for (const snippet of snippetsFor(target)) {
    expect(readme).toContain(snippet.code);
    expect(readme).toContain(snippet.install);
    expect(readme).toContain(snippet.run);
  }
});
