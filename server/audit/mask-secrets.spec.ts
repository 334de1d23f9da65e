import { expect, it } from "vitest";
import { maskedSecret, maskSecrets } from "./mask-secrets.ts";

it("masks whatever stands under a secret's name, at any depth, and keeps the rest", () => {
  expect(maskSecrets({ name: "shop", secret: "s3cret", nested: [{ oneTimePassword: "x", accessToken: { a: 1 }, plan: "small" }], reason: null } as never)).toEqual({
    name: "shop",
    secret: maskedSecret,
    nested: [{ oneTimePassword: maskedSecret, accessToken: maskedSecret, plan: "small" }],
    reason: null,
  });
});

it("ends in what is nested deeper than any entry of ours", () => {
  let deep: Record<string, unknown> = { plan: "small" };
  for (let level = 0; level < 20; level += 1) deep = { deep };
  expect(JSON.stringify(maskSecrets(deep as never))).toContain(maskedSecret);
});
