import { expect, type Locator, type Page } from "@playwright/test";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import { paths } from "#contracts/paths.ts";
import { demoPassword } from "#prisma/demo-people.ts";
import { apiOf, settled } from "./api.ts";

/** The demo tenant in which scenarios act; each uses names of its own. */
export const acme = { tenant: "acme", space: "default" } as const;

/** How long a phase may take on a busy machine, in milliseconds; the aim is far below. */
export const phaseTimeoutMs = 30_000;

/** Fills in Keycloak's login page. */
export async function fillInLogin(page: Page, email: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(demoPassword);
  await page.getByRole("button", { name: "Sign In" }).click();
}

/** Logs in with a one-time password and chooses the demo people's, as Keycloak wants another one. */
export async function logInForTheFirstTime(page: Page, email: string, oneTimePassword: string): Promise<void> {
  await page.getByLabel("Email").fill(email);
  await page.getByRole("textbox", { name: "Password" }).fill(oneTimePassword);
  await page.getByRole("button", { name: "Sign In" }).click();
  await page.getByRole("textbox", { name: "New Password" }).fill(demoPassword);
  await page.getByRole("textbox", { name: "Confirm password" }).fill(demoPassword);
  await page.getByRole("button", { name: "Submit" }).click();
}

export function uniqueName(purpose: string): string {
  return `${purpose}/${crypto.randomUUID().slice(0, 8)}`;
}

/** An address of acme that is Active, made through the API; gone when disposed of. A subscription comes with a topic of its own. */
export async function makeAddress(type: AddressType, name = uniqueName(type), email = "dev@acme.test", tenant = "acme"): Promise<{ readonly name: string; readonly topic: string } & AsyncDisposable> {
  const api = await apiOf(email);
  const scope = { tenant, space: "default" };
  const topic = type === "subscription" ? `${name}/topic` : "";
  if (topic !== "") await api.addresses.create.mutate({ ...scope, type: "topic", name: topic, planId: "topic-small" });
  const [plan] = await api.plans.listChoices.query({ ...scope, type });
  await api.addresses.create.mutate({ ...scope, type, name, topic, planId: plan?.id ?? "" });
  await settled(() => api.addresses.get.query({ ...scope, name }));
  // A topic takes its subscriptions along.
  return { name, topic, [Symbol.asyncDispose]: () => removeAddress(topic === "" ? name : topic, email, tenant) };
}

/** Asks for the deletion of an address, unless it is gone already. */
export async function removeAddress(name: string, email = "dev@acme.test", tenant = "acme"): Promise<void> {
  const api = await apiOf(email);
  const scope = { tenant, space: "default" };
  const { items } = await api.addresses.list.query({ ...scope, search: name });
  if (items.some((item) => item.name === name && item.phase !== "Terminating")) await api.addresses.delete.mutate({ ...scope, name });
}

/** The phase in the header of an address's page. */
export function phaseOf(page: Page): Locator {
  return page.getByRole("status", { name: "Phase" });
}

/** Opens the *Try it* tab and waits until its sender is attached. */
export async function openTestClient(page: Page, name: string): Promise<void> {
  await page.goto(paths.tryAddress(acme.tenant, acme.space, name));
  await expect(page.getByRole("status", { name: "Send link" })).toContainText("attached", { timeout: phaseTimeoutMs });
}
