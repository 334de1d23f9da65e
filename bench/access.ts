import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { credentialLogin } from "#contracts/naming.ts";
import { personToken } from "#platform/person-token.ts";
import { readPlatformFile } from "#platform/platform-file.ts";
import { KeycloakAdmin } from "#provisioner/drivers/keycloak/keycloak-admin.ts";
import { limits } from "#provisioner/limits.ts";
import { eventually } from "#provisioner/testing/eventually.ts";
import { openWorkWindow } from "#provisioner/work-window.ts";
import { apiWith, openAsApplication, openAsPerson, type Api, type Entrances } from "./access/entrances.ts";
import { readOptions } from "./options.ts";
import { report } from "./report.ts";
import { Installation } from "./start/installation.ts";
import { benchScope, makeBenchQueue } from "./test-client/api.ts";

const usualSeconds = 1;
const mostSeconds = 60;
const keycloakMs = 30_000;

// How long what somebody has open stays open after the access was taken away: in the console, and in Keycloak itself. All at
// once. In a fresh copy of this checkout, or with --state on an installation that runs.
const values = readOptions({ json: { type: "boolean", default: false }, state: { type: "string" } });
await using installation = values.state === undefined ? await Installation.make() : undefined;
await installation?.start();
const stateDirectory = values.state ?? join(installation?.directory ?? "", ".postroom");
const platform = await readPlatformFile(stateDirectory);
if (platform === undefined) throw new Error(`There is no platform.json in ${stateDirectory}.`);
const { env, keycloak } = platform;

const admin = new KeycloakAdmin({ url: keycloak.url, realm: keycloak.realm, clientId: "provisioner", clientSecret: env.provisioner["KEYCLOAK_CLIENT_SECRET"] ?? "" }, limits);

async function inKeycloak<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await admin.request(method, path, body, openWorkWindow(keycloakMs));
  admin.expectSuccess(answer, `to answer ${method} ${path}`);
  return (answer.body === "" ? undefined : JSON.parse(answer.body)) as T;
}

interface Subject {
  /** The member or the credential, as the API names it. */
  readonly id: string;
  /** In Keycloak. */
  readonly keycloakPath: string;
  readonly entrances: Entrances;
}

const owner: Api = apiWith(platform, await personToken(platform, "owner@acme.test"));
await using queue = await makeBenchQueue(platform);

async function person(): Promise<Subject> {
  const email = `bench-${randomUUID()}@people.test`;
  const { member } = await owner.members.create.mutate({ tenant: benchScope.tenant, email, name: "Bench", role: "developer" });
  await eventually(() => owner.members.list.query({ tenant: benchScope.tenant, search: email }), ([made]) => made?.operation === null);
  const [account] = await inKeycloak<{ id: string }[]>("GET", `/users?exact=true&email=${encodeURIComponent(email)}`);
  const keycloakPath = `/users/${account?.id}`;
  const password = randomUUID();
  await inKeycloak("PUT", `${keycloakPath}/reset-password`, { type: "password", value: password, temporary: false });
  return { id: member.id, keycloakPath, entrances: await openAsPerson(platform!, email, password, queue.name) };
}

async function application(): Promise<Subject> {
  const name = `bench-${randomUUID().slice(0, 8)}`;
  const { secret } = await owner.credentials.create.mutate({ ...benchScope, name, permissions: [{ operations: ["send"], pattern: "*" }] });
  await eventually(() => owner.credentials.list.query(benchScope), (all) => all.find((each) => each.name === name)?.phase === "Active");
  const login = credentialLogin(benchScope.tenant, benchScope.space, name);
  const [client] = await inKeycloak<{ id: string }[]>("GET", `/clients?clientId=${encodeURIComponent(login)}`);
  return { id: name, keycloakPath: `/clients/${client?.id}`, entrances: await openAsApplication(platform!, login, secret) };
}

const tenant = benchScope.tenant;
const ways: readonly { title: string; of: () => Promise<Subject>; budgetSeconds: number; end: (subject: Subject) => Promise<unknown> }[] = [
  { title: "a member removed in the console", of: person, budgetSeconds: usualSeconds, end: ({ id }) => owner.members.remove.mutate({ tenant, id }) },
  { title: "a member disabled in the console", of: person, budgetSeconds: usualSeconds, end: ({ id }) => owner.members.disable.mutate({ tenant, id }) },
  { title: "a member signed out in the console", of: person, budgetSeconds: usualSeconds, end: ({ id }) => owner.members.signOut.mutate({ tenant, id }) },
  { title: "a credential deleted in the console", of: application, budgetSeconds: usualSeconds, end: ({ id }) => owner.credentials.delete.mutate({ ...benchScope, name: id }) },
  { title: "an account disabled in Keycloak", of: person, budgetSeconds: mostSeconds, end: async ({ keycloakPath }) => inKeycloak("PUT", keycloakPath, { ...(await inKeycloak<object>("GET", keycloakPath)), enabled: false }) },
  { title: "an account deleted in Keycloak", of: person, budgetSeconds: mostSeconds, end: ({ keycloakPath }) => inKeycloak("DELETE", keycloakPath) },
  { title: "a person signed out in Keycloak", of: person, budgetSeconds: mostSeconds, end: ({ keycloakPath }) => inKeycloak("POST", `${keycloakPath}/logout`) },
  { title: "an application's client disabled in Keycloak", of: application, budgetSeconds: mostSeconds, end: async ({ keycloakPath }) => inKeycloak("PUT", keycloakPath, { ...(await inKeycloak<object>("GET", keycloakPath)), enabled: false }) },
];

const subjects: Subject[] = [];
for (const { of } of ways) subjects.push(await of());
await Promise.all(
  ways.map(async ({ title, budgetSeconds, end }, index) => {
    const subject = subjects[index]!;
    await end(subject);
    const endedMs = performance.now();
    for (const [entrance, closed] of Object.entries(subject.entrances)) {
      const seconds = Math.max(0, ((await closed) - endedMs) / 1000);
      report({ case: `${title}: ${entrance} closed after`, value: seconds, unit: "s", budget: budgetSeconds }, values.json);
    }
  }),
);
const left = await owner.members.list.query({ tenant, search: "bench-" });
for (const { id } of left) await owner.members.remove.mutate({ tenant, id });
