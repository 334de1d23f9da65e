import { credentialLogin } from "#contracts/naming.ts";
import { paths } from "#contracts/paths.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf, settled } from "../support/api.ts";
import { acme, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";

test("a new address waits for its first message, and says which program has sent it, whoever else only looked", async ({ openAs }) => {
  test.setTimeout(120_000);
  await using address = await makeAddress("queue");
  const owner = await apiOf("owner@acme.test");
  const name = `first-${crypto.randomUUID().slice(0, 8)}`;
  const { secret } = await owner.credentials.create.mutate({ ...acme, name, permissions: [{ operations: ["send", "recv"], pattern: address.name }] });
  await settled(async () => (await owner.credentials.list.query(acme)).find((each) => each.name === name));
  const { endpoints } = await owner.spaces.get.query(acme);

  const page = await openAs("dev@acme.test", paths.address(acme.tenant, acme.space, address.name));
  await expect(page.getByText("Waiting for your first message")).toBeVisible({ timeout: 30_000 });
  // A sender of the test client is attached, and sends nothing.
  const looking = await page.context().newPage();
  await looking.goto(paths.tryAddress(acme.tenant, acme.space, address.name));
  await expect(looking.getByRole("status", { name: "Send link" })).toContainText("may be sent now");
  await using program = await AmqpProgram.logIn(endpoints.amqp ?? "", credentialLogin(acme.tenant, acme.space, name), secret, "");
  expect(await program.send(address.name, "the first")).toBe("accepted");
  await expect(page.getByText("The first message has come")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(new RegExp(`This address works: ${name}.* has sent to it\\.`))).toBeVisible({ timeout: 30_000 });
  await owner.credentials.delete.mutate({ ...acme, name });
});
