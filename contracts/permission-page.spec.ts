import { expect, it } from "vitest";
import { permissionPage } from "./permission-page.ts";

it("is the page in docs/", async () => {
  await expect(permissionPage()).toMatchFileSnapshot("../docs/permissions.md");
});
