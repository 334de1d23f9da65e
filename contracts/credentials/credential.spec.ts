import { expect, it } from "vitest";
import { createCredentialFields, expiryUrgency } from "./credential.ts";

const now = new Date("2026-11-23T12:00:00Z");

it.each([
  [null, "none"],
  ["2026-12-08T12:00:00Z", "none"],
  ["2026-12-07T12:00:00Z", "soon"],
  ["2026-11-26T12:00:01Z", "soon"],
  ["2026-11-26T12:00:00Z", "urgent"],
  ["2026-11-23T11:00:00Z", "urgent"],
])("warns of an end at %s: %s", (expiresAt, urgency) => {
  expect(expiryUrgency(expiresAt, now)).toBe(urgency);
});

it("takes an end that is still to come, or none", () => {
  const fields = { name: "shop", permissions: [{ operations: ["send"], pattern: "*" }] };
  expect(createCredentialFields.parse(fields).expiresAt).toBeNull();
  expect(createCredentialFields.safeParse({ ...fields, expiresAt: "2020-01-01T00:00:00Z" }).error?.issues[0]?.message).toBe("Choose a day that is still to come.");
});
