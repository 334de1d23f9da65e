import { platformRoles } from "#contracts/permissions.ts";
import { demoPassword, demoPeople } from "#prisma/demo-people.ts";
import type { Profile } from "./profile.ts";
import type { Secrets } from "./secret-files.ts";

export const realmName = "postroom";

const accessTokenSeconds = 300;
const sessionIdleSeconds = 8 * 3600;
const sessionMaxSeconds = 12 * 3600;
const loginRecordSeconds = 90 * 86_400;
/** What people do with their logins. Logins of applications, hundreds a second, are the gateway's to record. */
const recordedEvents = ["LOGIN", "LOGIN_ERROR", "LOGOUT", "REFRESH_TOKEN_ERROR", "UPDATE_CREDENTIAL", "UPDATE_CREDENTIAL_ERROR", "REMOVE_CREDENTIAL", "UPDATE_EMAIL", "USER_DISABLED_BY_TEMPORARY_LOCKOUT"];

/** What the provisioner may do in the realm: people and applications; of the realm itself it only reads who holds a role. */
export const provisionerRights = ["view-realm", "manage-clients", "view-clients", "query-clients", "manage-users", "view-users", "query-users", "query-groups"];

/** The console's public client: authorization code with PKCE only. */
export function consoleClient(profile: Pick<Profile, "consoleUrl">): Record<string, unknown> {
  const addresses = [profile.consoleUrl, profile.consoleUrl.replace("localhost", "127.0.0.1")];
  return {
    clientId: "console",
    name: "Postroom console",
    publicClient: true,
    standardFlowEnabled: true,
    implicitFlowEnabled: false,
    directAccessGrantsEnabled: false,
    rootUrl: profile.consoleUrl,
    baseUrl: "/",
    redirectUris: addresses.map((address) => `${address}/*`),
    webOrigins: addresses,
    attributes: {
      "pkce.code.challenge.method": "S256",
      "post.logout.redirect.uris": addresses.map((address) => `${address}/*`).join("##"),
    },
  };
}

const secretRotation = "postroom-secret-rotation";

/**
 * Lets Keycloak take two secrets of an application while one replaces the other (docs/adr/0004). Only a Keycloak with the feature
 * `client-secret-rotation` knows the executor; any other refuses the realm. Secrets themselves never expire by it.
 */
export const secretRotationPolicies = {
  clientProfiles: {
    profiles: [
      {
        name: secretRotation,
        description: "Two secrets of an application work until the older one ends.",
        executors: [{ executor: "secret-rotation", configuration: { "expiration-period": 100 * 365 * 86_400, "rotated-expiration-period": 90 * 86_400, "remaining-rotation-period": 86_400 } }],
      },
    ],
  },
  clientPolicies: {
    policies: [
      {
        name: secretRotation,
        description: "For every application.",
        enabled: true,
        conditions: [{ condition: "client-access-type", configuration: { type: ["confidential"] } }],
        profiles: [secretRotation],
      },
    ],
  },
} as const;

/**
 * The realm as Keycloak's admin API and its import take it (`RealmRepresentation`).
 * @param people whom it holds from the start: the demo people in the embedded start, nobody in an operator's realm.
 */
export function realmRepresentation(
  profile: Pick<Profile, "consoleUrl">,
  secrets: Pick<Secrets, "provisionerClientSecret">,
  people: readonly (typeof demoPeople)[number][] = demoPeople,
): Record<string, unknown> {
  return {
    realm: realmName,
    displayName: "Postroom",
    enabled: true,
    sslRequired: "external",
    registrationAllowed: false,
    registrationEmailAsUsername: true,
    loginWithEmailAllowed: true,
    resetPasswordAllowed: false,
    rememberMe: true,
    bruteForceProtected: true,
    failureFactor: 10,
    maxFailureWaitSeconds: 900,
    passwordPolicy: "length(8) and notUsername and notEmail",
    accessTokenLifespan: accessTokenSeconds,
    // Each use gives another one; a stolen one that is shown again ends that login.
    revokeRefreshToken: true,
    refreshTokenMaxReuse: 0,
    eventsEnabled: true,
    eventsExpiration: loginRecordSeconds,
    enabledEventTypes: recordedEvents,
    ssoSessionIdleTimeout: sessionIdleSeconds,
    ssoSessionMaxLifespan: sessionMaxSeconds,
    roles: { realm: platformRoles.map((name) => ({ name })) },
    clients: [
      {
        ...consoleClient(profile),
        protocolMappers: [
          {
            name: "audience",
            protocol: "openid-connect",
            protocolMapper: "oidc-audience-mapper",
            config: { "included.client.audience": "console", "access.token.claim": "true", "id.token.claim": "false" },
          },
          {
            // Lets the console notice a platform role that was taken away while a token still names it.
            name: "roles at userinfo",
            protocol: "openid-connect",
            protocolMapper: "oidc-usermodel-realm-role-mapper",
            config: { "claim.name": "realm_access.roles", "jsonType.label": "String", multivalued: "true", "userinfo.token.claim": "true", "access.token.claim": "false", "id.token.claim": "false" },
          },
        ],
      },
      {
        clientId: "provisioner",
        name: "Postroom provisioner",
        publicClient: false,
        clientAuthenticatorType: "client-secret",
        secret: secrets.provisionerClientSecret,
        serviceAccountsEnabled: true,
        standardFlowEnabled: false,
        directAccessGrantsEnabled: false,
      },
    ],
    users: [
      ...people.map((person) => ({
        id: person.id,
        username: person.email,
        email: person.email,
        emailVerified: true,
        firstName: person.firstName,
        lastName: person.lastName,
        enabled: true,
        credentials: [{ type: "password", value: demoPassword, temporary: false }],
        realmRoles: [`default-roles-${realmName}`, ...(person.tenant ? [] : [person.role])],
      })),
      {
        username: "service-account-provisioner",
        enabled: true,
        serviceAccountClientId: "provisioner",
        clientRoles: { "realm-management": provisionerRights },
      },
    ],
  };
}
