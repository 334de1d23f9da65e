import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { consoleClient, provisionerRights, realmName, realmRepresentation, secretRotationPolicies } from "./keycloak-realm.ts";
import type { PartCommand } from "./processes.ts";
import { keycloakDirectory, type Profile } from "./profile.ts";
import type { Secrets } from "./secret-files.ts";

const requestMilliseconds = 60_000;
const setUpMilliseconds = 240_000;
const maxRetryMilliseconds = 5000;

/** The account of the realm `master` that Keycloak makes at its first start. */
export const keycloakAdminUser = "postroom-admin";

/** How to run Keycloak on the local PostgreSQL; its heap stays at 512 MB. */
export function prepareKeycloak(profile: Profile, secrets: Secrets): PartCommand {
  return {
    name: "keycloak",
    title: "Keycloak",
    command: join(keycloakDirectory, "bin", "kc.sh"),
    args: ["start", "--optimized"],
    env: {
      PATH: process.env.PATH,
      JAVA_HOME: process.env.JAVA_HOME,
      HOME: process.env.HOME,
      // The C1 compiler alone and the serial collector halve the start on small machines.
      JAVA_OPTS_APPEND: "-XX:TieredStopAtLevel=1 -XX:-UseG1GC -XX:+UseSerialGC -Xshare:auto",
      KC_DB_URL: `jdbc:postgresql://127.0.0.1:${profile.ports.postgres}/keycloak`,
      KC_DB_USERNAME: "keycloak",
      KC_DB_PASSWORD: secrets.keycloakDatabasePassword,
      KC_DB_POOL_MAX_SIZE: "20",
      KC_CACHE: "local",
      KC_HTTP_ENABLED: "true",
      KC_HTTP_HOST: "127.0.0.1",
      KC_HTTP_PORT: String(profile.ports.keycloak),
      KC_HOSTNAME: profile.keycloakUrl,
      // Tests log the same person in several times at once, which the protection against guessing would refuse.
      ...(profile.name === "test" ? { KC_SPI_BRUTE_FORCE_PROTECTOR__DEFAULT_BRUTE_FORCE_DETECTOR__ALLOW_CONCURRENT_REQUESTS: "true" } : {}),
      KC_LOG_LEVEL: "info,org.keycloak.events:warn",
      KC_BOOTSTRAP_ADMIN_USERNAME: keycloakAdminUser,
      KC_BOOTSTRAP_ADMIN_PASSWORD: secrets.keycloakAdminPassword,
    },
    cwd: profile.stateDirectory,
    stopSignal: "SIGTERM",
    readySeconds: 240,
    isReady: async (signal) => {
      const answer = await fetch(`${profile.keycloakUrl}/realms/master`, { signal });
      await answer.body?.cancel();
      return answer.ok;
    },
  };
}

/** Keycloak said no: trying again would not help. */
class KeycloakRefusal extends Error {}

/**
 * Makes the realm `postroom` with its clients, roles and demo people if it is not there, and keeps the console's
 * redirect addresses in step with its port. Nothing else of an existing realm is touched. Tried again with back-off
 * while Keycloak does not answer, for at most four minutes: right after its first boot it can be slow.
 * @throws Error with Keycloak's answer when it refuses, or saying that it did not answer.
 */
export async function ensureRealm(profile: Profile, secrets: Secrets, signal: AbortSignal): Promise<void> {
  const deadline = Date.now() + setUpMilliseconds;
  for (let attempt = 0; ; attempt += 1) {
    try {
      await setUpRealm(profile, secrets, signal);
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof KeycloakRefusal) throw error;
      if (Date.now() > deadline) {
        throw new Error(
          `Keycloak did not answer while its realm was set up (${(error as Error).message}); its log is ${profile.stateDirectory}/logs/keycloak.log. Start again.`,
          { cause: error },
        );
      }
      await delay(Math.min(maxRetryMilliseconds, 250 * 2 ** attempt), undefined, { signal });
    }
  }
}

async function setUpRealm(profile: Profile, secrets: Secrets, signal: AbortSignal): Promise<void> {
  const token = await adminToken(profile, secrets, signal);
  const call = async (method: string, path: string, body?: unknown): Promise<Response> => {
    const answer = await fetch(`${profile.keycloakUrl}/admin/realms${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMilliseconds)]),
    });
    if (!answer.ok && answer.status !== 404) {
      const words = `Keycloak answered ${method} ${path} with ${answer.status}: ${await answer.text()}`;
      // 409: an attempt that seemed lost has made it; the next one finds it.
      throw answer.status >= 500 || answer.status === 409 ? new Error(words) : new KeycloakRefusal(words);
    }
    return answer;
  };
  const found = await call("GET", `/${realmName}/clients?clientId=console`);
  if (found.status === 404) {
    await call("POST", "", { ...realmRepresentation(profile, secrets), ...secretRotationPolicies });
    return;
  }
  await addPolicies(call);
  await addRights(call);
  const [client] = (await found.json()) as { id: string }[];
  if (client) await call("PUT", `/${realmName}/clients/${client.id}`, { ...client, ...consoleClient(profile) });
}

/** Adds what rotations need to a realm that was made before it; what else an operator has added stays. */
async function addPolicies(call: (method: string, path: string, body?: unknown) => Promise<Response>): Promise<void> {
  const { clientProfiles, clientPolicies } = secretRotationPolicies;
  const own = (await (await call("GET", `/${realmName}/client-policies/profiles`)).json()) as { profiles?: { name: string }[] };
  const [profile] = clientProfiles.profiles;
  if (!own.profiles?.some(({ name }) => name === profile.name)) await call("PUT", `/${realmName}/client-policies/profiles`, { profiles: [...(own.profiles ?? []), profile] });
  const held = (await (await call("GET", `/${realmName}/client-policies/policies`)).json()) as { policies?: { name: string }[] };
  const [policy] = clientPolicies.policies;
  if (!held.policies?.some(({ name }) => name === policy.name)) await call("PUT", `/${realmName}/client-policies/policies`, { policies: [...(held.policies ?? []), policy] });
}

/** Gives the provisioner the rights that it came to need after the realm was made. */
async function addRights(call: (method: string, path: string, body?: unknown) => Promise<Response>): Promise<void> {
  const read = async <T>(path: string): Promise<T> => (await (await call("GET", `/${realmName}${path}`)).json()) as T;
  const [provisioner] = await read<{ id: string }[]>("/clients?clientId=provisioner");
  const [management] = await read<{ id: string }[]>("/clients?clientId=realm-management");
  if (!provisioner || !management) return;
  const account = await read<{ id: string }>(`/clients/${provisioner.id}/service-account-user`);
  const path = `/users/${account.id}/role-mappings/clients/${management.id}`;
  const missing = (await read<{ id: string; name: string }[]>(`${path}/available`)).filter(({ name }) => provisionerRights.includes(name));
  if (missing.length > 0) await call("POST", `/${realmName}${path}`, missing);
}

async function adminToken(profile: Profile, secrets: Secrets, signal: AbortSignal): Promise<string> {
  const answer = await fetch(`${profile.keycloakUrl}/realms/master/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "password",
      client_id: "admin-cli",
      username: keycloakAdminUser,
      password: secrets.keycloakAdminPassword,
    }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(requestMilliseconds)]),
  });
  if (answer.status >= 500) throw new Error(`status ${answer.status}`);
  if (!answer.ok) {
    throw new KeycloakRefusal(
      `Keycloak did not accept the local administrator (${answer.status}); its database and .postroom/secrets.json belong to different installations. Run npm run platform:reset to begin anew.`,
    );
  }
  return ((await answer.json()) as { access_token: string }).access_token;
}

