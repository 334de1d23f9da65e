import { expect, it } from "vitest";
import { isAllowedLicence } from "./licences.ts";

it.each([
  ["MIT", true],
  ["(MIT OR GPL-3.0)", true],
  ["MIT AND ISC", true],
  ["MIT and ISC", true],
  ["MIT AND GPL-3.0", false],
  ["GPL-3.0-only", false],
  ["SEE LICENSE IN LICENSE.md", false],
  ["", false],
])("says of %s: %s", (licence, isAllowed) => {
  expect(isAllowedLicence(licence)).toBe(isAllowed);
});
