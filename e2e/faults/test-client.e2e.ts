import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { expect, type Browser, type Page } from "@playwright/test";
import { decodeJwt, importPKCS8, SignJWT } from "jose";
import type { AddressType } from "#contracts/addresses/address-type.ts";
import { paths } from "#contracts/paths.ts";
import { ticketAlgorithm, type TestSession, type TicketClaims } from "#contracts/test-client/ticket.ts";
import { link, pane as region, received, send, sent, start } from "../test-client/panes.ts";
import type { FaultBed } from "./fault-bed.ts";
import { makeCredential } from "./make-credential.ts";
import { logIn, type Program } from "./program.ts";
import { openAs, test } from "./test.ts";

/** The test client's longest pause before it tries again by itself. */
const longestRetryMs = 20_000;

/** A body of 20 kB. */
const large = Array.from({ length: 250 }, () => "x".repeat(79)).join("\n");

async function makeAddress(bed: FaultBed, type: AddressType, name: string, planId = `${type}-small`, space = bed.scope.space): Promise<string> {
  const api = await bed.api("dev@acme.test");
  const scope = { ...bed.scope, space };
  await api.addresses.create.mutate({ ...scope, type, name, planId });
  await expect.poll(async () => (await api.addresses.get.query({ ...scope, name })).phase, { timeout: 30_000 }).toBe("Active");
  return name;
}

/** The test client with panes, each word of which is a kind. */
function openPanes(browser: Browser, bed: FaultBed, address: string, ...kinds: string[]): Promise<Page> {
  return openAs(browser, bed, "dev@acme.test", `${paths.testClient(bed.scope.tenant, bed.scope.space)}?${kinds.map((kind) => `${kind}=${address}`).join("&")}`);
}

/** From now on the page gets tickets with these claims changed, signed as the console signs them. */
async function changeTickets(page: Page, bed: FaultBed, change: (claims: TicketClaims) => Partial<TicketClaims>): Promise<void> {
  const key = await importPKCS8(await readFile(bed.platform.env.console.TICKET_PRIVATE_KEY_FILE!, "utf8"), ticketAlgorithm);
  await page.route("**/api/trpc/testClient.open*", async (route) => {
    const response = await route.fetch();
    const answers = (await response.json()) as { result: { data: TestSession } }[];
    for (const { result } of [answers].flat()) {
      const claims = decodeJwt<TicketClaims>(result.data.ticket);
      const changed = { ...claims, ...change(claims) };
      result.data = { ...result.data, ticket: await new SignJWT({ ...changed }).setProtectedHeader({ alg: ticketAlgorithm, typ: "JWT" }).sign(key), sessionEndsAt: new Date(changed.session_ends_at * 1000).toISOString() };
    }
    await route.fulfill({ response, json: answers });
  });
}

test.describe("the test client says at the pane", () => {
  test("that a message was cut off on its way, and shows nothing as sent that was not settled", async ({ bed, browser }) => {
    const page = await openPanes(browser, bed, await makeAddress(bed, "queue", "cut"), "send", "receive");
    await expect(link(page, "Send")).toContainText("may be sent now");
    await region(page, "Send").getByRole("textbox", { name: "Body" }).fill(large);
    bed.webSocket.cutAfter(5_000);
    await send(page);
    await expect(region(page, "Send").getByText("The connection was lost. 1 message had no outcome yet, so it may or may not have arrived.")).toBeVisible();
    await expect(sent(page)).toHaveText([/outcome unknown/]);
    await expect(region(page, "Send").getByRole("heading", { name: "1 with an unknown outcome" })).toBeVisible();

    await expect(link(page, "Send")).toContainText("may be sent now");
    await region(page, "Send").getByRole("textbox", { name: "Body" }).fill("after the cut");
    await send(page);
    await expect(sent(page)).toHaveText([/accepted/, /outcome unknown/]);
    await start(page);
    await expect(received(page)).toHaveText([/after the cut/]);
    await page.context().close();
  });

  test("that a full gateway has turned it away, that its ticket has expired, or its session is over", async ({ bed, browser }) => {
    const name = await makeAddress(bed, "anycast", "ticketed");
    const page = await openPanes(browser, bed, name, "receive");
    // As a gateway that is full ends what comes, before a word.
    bed.webSocket.cutAfter(1);
    await start(page);
    await expect(region(page, "Receive").getByText("The gateway does not answer or is full, or the connection to it was lost. It is tried again by itself.")).toBeVisible();
    await expect(link(page, "Receive")).toContainText("attached");
    await region(page, "Receive").getByRole("button", { name: "Stop receiving" }).click();

    await changeTickets(page, bed, ({ iat }) => ({ exp: iat - 60, iat: iat - 120 }));
    await start(page);
    await expect(region(page, "Receive").getByText("The gateway did not take this page's ticket, which is good for one login within a minute. It is tried again by itself.")).toBeVisible();
    await page.unroute("**/api/trpc/testClient.open*");
    await region(page, "Receive").getByRole("button", { name: "Try now" }).click();
    await expect(link(page, "Receive")).toContainText("attached");
    await region(page, "Receive").getByRole("button", { name: "Stop receiving" }).click();

    await changeTickets(page, bed, ({ iat }) => ({ session_ends_at: iat + 3 }));
    await start(page);
    await expect(region(page, "Receive").getByText("The test session has ended", { exact: false }).first()).toBeVisible();
    await expect(link(page, "Receive")).toContainText("not attached");
    await page.unroute("**/api/trpc/testClient.open*");
    await region(page, "Receive").getByRole("button", { name: "Start another" }).click();
    await expect(link(page, "Receive")).toContainText("attached");
    await page.context().close();
  });

  test("that its address was deleted", async ({ bed, browser }) => {
    const name = await makeAddress(bed, "queue", "deleted");
    const page = await openPanes(browser, bed, name, "send", "receive");
    await start(page);
    for (const pane of ["Send", "Receive"]) await expect(link(page, pane)).toContainText("attached");
    await (await bed.api("dev@acme.test")).addresses.delete.mutate({ ...bed.scope, name });
    for (const pane of ["Send", "Receive"]) await expect(region(page, pane).getByText(/was deleted|has been deleted|There is no address/).first()).toBeVisible();
    for (const pane of ["Send", "Receive"]) await expect(link(page, pane)).toContainText("refused");
    await region(page, "Send").getByRole("textbox", { name: "Body" }).press("Control+Enter");
    await expect(region(page, "Send").getByText("Nothing sent yet")).toBeVisible();
    await page.context().close();
  });

  test("that its person may not use it any more", async ({ bed, browser }) => {
    const page = await openPanes(browser, bed, await makeAddress(bed, "queue", "withdrawn"), "send", "receive");
    await start(page);
    for (const pane of ["Send", "Receive"]) await expect(link(page, pane)).toContainText("attached");
    await send(page);
    await expect(sent(page)).toHaveText([/accepted/]);
    const owner = await bed.api("owner@acme.test");
    const [member] = await owner.members.list.query({ tenant: bed.scope.tenant, search: "dev@acme.test" });
    await owner.members.update.mutate({ tenant: bed.scope.tenant, id: member!.id, role: "viewer" });
    try {
      for (const pane of ["Send", "Receive"]) {
        await expect(link(page, pane)).toContainText("not attached");
        await expect(region(page, pane).getByText("message:test", { exact: false }).first()).toBeVisible();
      }
      await expect(region(page, "Receive").getByText("Your access to this tenant has ended or was changed.", { exact: false }).first()).toBeVisible();
      // What cannot be sent is not shown as if it had been.
      await region(page, "Send").getByRole("textbox", { name: "Body" }).press("Control+Enter");
      await expect(sent(page)).toHaveText([/accepted/]);
    } finally {
      await owner.members.update.mutate({ tenant: bed.scope.tenant, id: member!.id, role: "developer" });
    }
    await page.context().close();
  });

  test("that its address has begun to take only smaller messages, and that the message that was too large was not taken", async ({ bed, browser }) => {
    await bed.sql.query(
      `INSERT INTO address_plan (id, class_id, type, name, description, "order", stored_bytes, max_message_bytes, default_time_to_live_ms, max_time_to_live_ms, max_delivery_attempts, max_consumers, when_full)
       SELECT 'queue-narrow', 'slim' || $1, type, 'Narrow', '', 9, stored_bytes, 10000, default_time_to_live_ms, max_time_to_live_ms, max_delivery_attempts, max_consumers, when_full FROM address_plan WHERE id = 'queue-small'`,
      [randomBytes(4).toString("hex")],
    );
    await bed.sql.query("UPDATE space_plan SET address_plan_ids = address_plan_ids || '{queue-narrow}'::text[] WHERE id = 'business'");
    const name = await makeAddress(bed, "queue", "narrowed");
    const page = await openPanes(browser, bed, name, "send", "receive");
    await expect(link(page, "Send")).toContainText("may be sent now");
    const api = await bed.api("dev@acme.test");
    const { generation, options } = await api.addresses.get.query({ ...bed.scope, name });
    await api.addresses.update.mutate({ ...bed.scope, name, planId: "queue-narrow", options, generation });
    await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name })).phase, { timeout: 30_000 }).toBe("Active");
    await region(page, "Send").getByRole("textbox", { name: "Body" }).fill(large);
    await send(page);
    await expect(region(page, "Send").getByText("The link was closed: A message is larger than the 10000 bytes that this address allows.", { exact: false }).or(region(page, "Send").getByText(/Message 1 was not sent\. It has [\d,]+ bytes/)).first()).toBeVisible();
    await expect(link(page, "Send")).toContainText("may be sent now");
    await send(page);
    await expect(region(page, "Send").getByText(/Message 1 was not sent\. It has [\d,]+ bytes with all its sections, and narrowed takes at most 10,000 \(9\.8 KiB\) in one message\./)).toBeVisible();
    await expect(sent(page).filter({ hasText: "accepted" })).toHaveCount(0);
    await region(page, "Send").getByRole("textbox", { name: "Body" }).fill("small enough");
    await send(page);
    await start(page);
    await expect(received(page)).toHaveText([/small enough/]);
    await page.context().close();
  });

  test("that a message is too large before it is sent, that its address is full, has too many consumers, or that the space has too many connections", async ({ bed, browser }) => {
    const limits = randomBytes(4).toString("hex");
    await bed.sql.query(
      `INSERT INTO address_plan (id, class_id, type, name, description, "order", stored_bytes, max_message_bytes, default_time_to_live_ms, max_time_to_live_ms, max_delivery_attempts, max_consumers, when_full)
       SELECT 'queue-tiny', 'tiny' || $1, type, 'Tiny', '', 9, 300000, 30000, default_time_to_live_ms, max_time_to_live_ms, max_delivery_attempts, 1, 'reject' FROM address_plan WHERE id = 'queue-small'`,
      [limits],
    );
    await bed.sql.query(
      `INSERT INTO space_plan (id, name, description, "order", max_addresses, max_stored_bytes, max_connections, max_credentials, address_plan_ids)
       SELECT 'crowded', 'Crowded', '', 9, max_addresses, max_stored_bytes, 2, max_credentials, address_plan_ids || '{queue-tiny}'::text[] FROM space_plan WHERE id = 'business'`,
    );
    const owner = await bed.api("owner@acme.test");
    await owner.spaces.create.mutate({ tenant: bed.scope.tenant, slug: "crowded", name: "Crowded" });
    await (await bed.api("admin@postroom.test")).spaces.changePlan.mutate({ tenant: bed.scope.tenant, space: "crowded", planId: "crowded" });
    const name = await makeAddress(bed, "queue", "full", "queue-tiny", "crowded");
    const page = await openAs(browser, bed, "dev@acme.test", `${paths.tryAddress(bed.scope.tenant, "crowded", name)}?send=${name}&receive=${name}`);
    await expect(link(page, "Send")).toContainText("may be sent now");
    await region(page, "Send").getByRole("textbox", { name: "Body" }).fill(`${large}\n${large}`);
    await send(page);
    await expect(region(page, "Send").getByText(/Message 1 was not sent\. It has [\d,]+ bytes with all its sections, and full takes at most 30,000 \(29\.3 KiB\) in one message\./)).toBeVisible();
    await expect(region(page, "Send").getByText("Nothing sent yet")).toBeVisible();
    await expect(link(page, "Send")).toContainText("attached");
    await region(page, "Send").getByRole("textbox", { name: "Body" }).fill(large);
    await region(page, "Send").getByRole("textbox", { name: "Messages" }).fill("60");
    await send(page);
    await expect(sent(page).filter({ hasText: "rejected" }).first()).toBeVisible();
    await sent(page).filter({ hasText: "rejected" }).first().getByRole("button").click();
    await expect(page.getByRole("region", { name: "Sent message" }).getByText("amqp:resource-limit-exceeded", { exact: false })).toBeVisible();
    await page.keyboard.press("Escape");

    await start(page);
    await expect(link(page, "Receive")).toContainText("attached");
    await page.getByRole("button", { name: "Receiver", exact: true }).click();
    await start(page, "Receive 2");
    await expect(region(page, "Receive 2").getByText("The address space has its 2 connections, the most that its plan allows. Close one, or ask for a larger plan. It is tried again by itself.")).toBeVisible();
    await page.getByRole("button", { name: "Sender", exact: true }).click();
    await expect(region(page, "Send 2").getByText("The address space has its 2 connections", { exact: false })).toBeVisible();
    await region(page, "Send 2").getByRole("textbox", { name: "Body" }).press("Control+Enter");
    await expect(region(page, "Send 2").getByText("Nothing sent yet")).toBeVisible();
    await page.getByRole("button", { name: "Remove Send 2" }).click();
    await page.getByRole("button", { name: "Remove Send", exact: true }).click();
    await expect(region(page, "Receive 2").getByText("has its 1 consumers, the most that its plan allows", { exact: false }).first()).toBeVisible({ timeout: longestRetryMs });
    await page.context().close();
  });

  test("what may have been lost with a gateway that was restarted, and goes on by itself", async ({ bed, browser }) => {
    const page = await openPanes(browser, bed, await makeAddress(bed, "queue", "restarted"), "send", "settle");
    await start(page);
    await expect(link(page, "Send")).toContainText("may be sent now");
    await send(page);
    await expect(received(page)).toHaveText([/Accept/]);
    await bed.gateway.kill();
    try {
      await expect(region(page, "Receive").getByText("The connection was lost. 1 message without a decision went back and may come again.", { exact: false })).toBeVisible();
      await expect(received(page)).toHaveText([/given back/]);
      for (const pane of ["Send", "Receive"]) await expect(region(page, pane).getByText("It is tried again by itself.", { exact: false })).toBeVisible();
    } finally {
      await bed.gateway.start();
    }
    for (const pane of ["Send", "Receive"]) await expect(link(page, pane)).toContainText("attached", { timeout: longestRetryMs });
    await expect(received(page)).toHaveText([/Accept/, /given back/]);
    await page.context().close();
  });

  test("that a body is too large, nested too deeply or lies about its size, keeps its bytes, and goes on", async ({ bed, browser }) => {
    const page = await openPanes(browser, bed, await makeAddress(bed, "anycast", "hostile", "anycast-large"), "settle");
    await start(page);
    await expect(link(page, "Receive")).toContainText("attached");
    const { login, secret } = await makeCredential(bed, "stranger");
    using program = (await logIn(bed.platform.ports.amqp, login, secret)) as Program;
    const bodies = { large: largeBody(10_000_000), deep: deepBody(10_000), lying: lyingBody() };
    for (const [index, body] of Object.values(bodies).entries()) {
      const outcome = program.sendBytes("hostile", body);
      await expect(received(page)).toHaveCount(index + 1);
      await expect(received(page).first()).toContainText("Cannot be displayed");
      await received(page).first().getByRole("button", { name: "Cannot be displayed" }).click();
      const drawer = page.getByRole("region", { name: "Received message" });
      await expect(drawer.getByText("it was not decoded", { exact: false })).toBeVisible();
      const download = page.waitForEvent("download");
      await drawer.getByRole("button", { name: "Save its bytes" }).click();
      expect(await readFile(await (await download).path())).toEqual(body);
      await drawer.getByRole("button", { name: "Accept" }).click();
      expect(await outcome).toBe("accepted");
    }
    void program.sendBytes("hostile", Buffer.from([0x00, 0x53, 0x77, 0xa1, 0x05, ...Buffer.from("plain")]));
    await expect(received(page).first()).toContainText("plain");
    await page.context().close();
  });
});

/** A data section with so many bytes. */
function largeBody(bytes: number): Buffer {
  const head = Buffer.from([0x00, 0x53, 0x75, 0xb0, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes, 4);
  return Buffer.concat([head, Buffer.alloc(bytes, 0x78)]);
}

/** An amqp-value of lists in lists. */
function deepBody(depth: number): Buffer {
  const lists = Buffer.alloc(depth * 9 + 1);
  for (let level = 0; level < depth; level += 1) {
    lists[level * 9] = 0xd0;
    lists.writeUInt32BE((depth - level - 1) * 9 + 5, level * 9 + 1);
    lists.writeUInt32BE(1, level * 9 + 5);
  }
  lists[depth * 9] = 0x45;
  return Buffer.concat([Buffer.from([0x00, 0x53, 0x77]), lists]);
}

/** An amqp-value of a list of 2,147,483,647 elements in no bytes. */
function lyingBody(): Buffer {
  return Buffer.from([0x00, 0x53, 0x77, 0xd0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff]);
}
