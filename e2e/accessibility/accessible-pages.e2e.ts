import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { paths } from "#contracts/paths.ts";
import { apiOf } from "../support/api.ts";
import { acme, makeAddress, openTestClient } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { findViolationsAt } from "./axe.ts";

// The rules, half a megabyte of script, would be written into a trace for each page.
test.use({ trace: "off" });

const { tenant, space } = acme;
/** Stands for an address that is there, one for each group. */
const address = "accessible/queue";
const owner = "owner@acme.test";
const admin = "admin@postroom.test";
const support = "support@postroom.test";
/** Stands for a connection that is there. */
const someConnection = "(a connection)";

/** Every page of the console by its file in app/, with the person who sees most of it; each group is a test of its own. */
const groups: readonly Readonly<Record<string, { readonly as: string; readonly path: string }>>[] = [
  {
    "(console)/page.tsx": { as: admin, path: paths.home() },
    "(console)/plans/page.tsx": { as: admin, path: paths.plans() },
    "(console)/platform-roles/page.tsx": { as: admin, path: paths.platformRoles() },
    "(console)/audit/page.tsx": { as: admin, path: paths.platformAudit() },
    "(console)/brokers-and-gateways/page.tsx": { as: admin, path: paths.parts() },
    "(console)/profile/page.tsx": { as: admin, path: paths.profile() },
  },
  {
    "(console)/support/trouble/page.tsx": { as: support, path: paths.trouble() },
    "(console)/support/search/page.tsx": { as: support, path: `${paths.supportSearch()}?q=acme` },
    "(console)/support/top/page.tsx": { as: support, path: paths.topAddresses() },
  },
  {
    "(console)/accept-invitation/page.tsx": { as: owner, path: paths.acceptInvitation() },
    "invitation/page.tsx": { as: owner, path: paths.invitation() },
    "(console)/t/[tenant]/page.tsx": { as: owner, path: paths.tenant(tenant) },
    "(console)/t/[tenant]/spaces/page.tsx": { as: owner, path: paths.spaces(tenant) },
    "(console)/t/[tenant]/members/page.tsx": { as: owner, path: paths.members(tenant) },
    "(console)/t/[tenant]/audit/page.tsx": { as: owner, path: paths.audit(tenant) },
    "(console)/t/[tenant]/s/[space]/page.tsx": { as: owner, path: paths.space(tenant, space) },
    "(console)/t/[tenant]/s/[space]/settings/page.tsx": { as: owner, path: paths.spaceSettings(tenant, space) },
    "(console)/t/[tenant]/s/[space]/credentials/page.tsx": { as: owner, path: paths.credentials(tenant, space) },
    "(console)/t/[tenant]/s/[space]/create-credential/page.tsx": { as: owner, path: paths.createCredential(tenant, space) },
  },
  {
    "(console)/t/[tenant]/s/[space]/addresses/page.tsx": { as: owner, path: paths.addresses(tenant, space) },
    "(console)/t/[tenant]/s/[space]/create-address/page.tsx": { as: owner, path: paths.createAddress(tenant, space) },
    "(console)/t/[tenant]/s/[space]/create-addresses/page.tsx": { as: owner, path: paths.createAddresses(tenant, space) },
    "(console)/t/[tenant]/s/[space]/addresses/[name]/page.tsx": { as: owner, path: paths.address(tenant, space, address) },
    "(console)/t/[tenant]/s/[space]/addresses/[name]/connect/page.tsx": { as: owner, path: paths.connectAddress(tenant, space, address) },
    "(console)/t/[tenant]/s/[space]/addresses/[name]/settings/page.tsx": { as: owner, path: paths.addressSettings(tenant, space, address) },
    "(console)/t/[tenant]/s/[space]/addresses/[name]/messages/page.tsx": { as: owner, path: paths.addressMessages(tenant, space, address) },
    "(console)/t/[tenant]/s/[space]/addresses/[name]/links/page.tsx": { as: owner, path: paths.addressLinks(tenant, space, address) },
  },
  {
    "(console)/t/[tenant]/s/[space]/connections/(list)/page.tsx": { as: owner, path: paths.connections(tenant, space) },
    "(console)/t/[tenant]/s/[space]/connections/(list)/history/page.tsx": { as: owner, path: paths.connectionHistory(tenant, space) },
    "(console)/t/[tenant]/s/[space]/connections/[id]/page.tsx": { as: owner, path: someConnection },
    "(console)/t/[tenant]/s/[space]/addresses/[name]/try/page.tsx": { as: owner, path: paths.tryAddress(tenant, space, address) },
    "(console)/t/[tenant]/s/[space]/test-client/page.tsx": { as: owner, path: `${paths.testClient(tenant, space)}?send=${address}&browse=${address}&request=${address}` },
  },
];

test("every page of the console is in the list of those that are checked", async () => {
  const files = (await readdir(join(import.meta.dirname, "../../app"), { recursive: true })).filter((file) => /(^|\/)page\.tsx$/.test(file));
  expect(groups.flatMap((group) => Object.keys(group)).sort()).toEqual(files.sort());
});

for (const [index, group] of groups.entries()) {
  const as = Object.values(group)[0]!.as;
  test(`no page of group ${index + 1}, as ${as} sees it, breaks a rule of axe in light or has too little contrast in dark`, async ({ openAs }) => {
    test.setTimeout(600_000);
    const hasConnection = Object.values(group).some(({ path }) => path === someConnection);
    const name = `accessible/queue-${index}`;
    const pathOf = (path: string) => path.replaceAll(encodeURIComponent(address), encodeURIComponent(name)).replaceAll(`=${address}`, `=${name}`);
    await using made = Object.values(group).some(({ path }) => pathOf(path) !== path) ? await makeAddress("queue", name) : undefined;
    const page = await openAs(as, paths.profile());
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    let connection: string | undefined;
    if (hasConnection && made !== undefined) {
      // A connection to look at: the one of a sender in another tab.
      const other = await page.context().newPage();
      await openTestClient(other, made.name);
      const api = await apiOf("dev@acme.test");
      await expect.poll(async () => (connection = (await api.connections.list.query({ ...acme, address: made.name })).items[0]?.id), { timeout: 30_000 }).toEqual(expect.any(String));
      // Behind another tab nothing is drawn, and colours stay where their transition began.
      await page.bringToFront();
    }
    const found: string[] = [];
    for (const { path } of Object.values(group)) found.push(...(await findViolationsAt(page, path === someConnection ? paths.connection(tenant, space, connection ?? "") : pathOf(path))));
    expect(found).toEqual([]);
  });
}
