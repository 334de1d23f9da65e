import { join } from "node:path";
import { brokerUsers } from "./artemis.ts";
import { keycloakAdminUser } from "./keycloak.ts";
import { realmName } from "./keycloak-realm.ts";
import type { KeyFiles } from "./keys.ts";
import { adminDatabaseUrl, databaseUrl } from "./postgres.ts";
import type { Ports, Profile, ProfileName } from "./profile.ts";
import { readFileIfPresent, writeFileAtomically, type Secrets } from "./secret-files.ts";

export type Environment = Readonly<Record<string, string>>;

/** `platform.json` of a state folder: where the parts are and how to reach them. Holds secrets; mode 0600. */
export interface PlatformFile {
  readonly profile: ProfileName;
  readonly ports: Ports;
  /** Exactly the variables of docs/architecture.md, for each of the three processes. */
  readonly env: { readonly console: Environment; readonly provisioner: Environment; readonly gateway: Environment };
  readonly ownerDatabaseUrl: string;
  readonly adminDatabaseUrl: string;
  readonly keycloak: { readonly url: string; readonly realm: string; readonly adminUser: string; readonly adminPassword: string };
  readonly artemis: {
    readonly host: string;
    readonly port: number;
    readonly gateway: { readonly username: string; readonly password: string };
    readonly provisioner: { readonly username: string; readonly password: string };
  };
}

/** Everything the processes and tests need to know, from the profile and its secrets; pure. */
export function describePlatform(profile: Profile, secrets: Secrets, keys: KeyFiles, logLevel = "info"): PlatformFile {
  const { ports } = profile;
  const keycloak = { KEYCLOAK_URL: profile.keycloakUrl, KEYCLOAK_REALM: realmName };
  const broker = (user: string, password: string): string => `main=amqp://${user}:${password}@127.0.0.1:${ports.artemis}`;
  const managementUser = "provisioner";
  return {
    profile: profile.name,
    ports,
    env: {
      console: {
        PORT: String(ports.console),
        CONSOLE_URL: profile.consoleUrl,
        DATABASE_URL: databaseUrl(profile, "postroom_console", secrets.consoleDatabasePassword, "postroom"),
        ...keycloak,
        KEYCLOAK_CLIENT_ID: "console",
        AMQP_PUBLIC_URL: `amqp://localhost:${ports.amqp}`,
        AMQPS_PUBLIC_URL: `amqps://localhost:${ports.amqps}`,
        WEBSOCKET_PUBLIC_URL: `ws://localhost:${ports.webSocket}/amqp`,
        SECURE_WEBSOCKET_PUBLIC_URL: `wss://localhost:${ports.secureWebSocket}/amqp`,
        TICKET_PRIVATE_KEY_FILE: keys.ticketPrivateKey,
        SEALING_PUBLIC_KEY_FILE: keys.sealingPublicKey,
        TLS_CERTIFICATE_FILE: keys.tlsCertificate,
        METRICS_HOST: "127.0.0.1",
        METRICS_PORT: String(ports.consoleMetrics),
        LOG_LEVEL: logLevel,
      },
      provisioner: {
        DATABASE_URL: databaseUrl(profile, "postroom_provisioner", secrets.provisionerDatabasePassword, "postroom"),
        ...keycloak,
        KEYCLOAK_CLIENT_ID: "provisioner",
        KEYCLOAK_CLIENT_SECRET: secrets.provisionerClientSecret,
        SEALING_PRIVATE_KEY_FILE: keys.sealingPrivateKey,
        BROKER_URLS: broker(brokerUsers.provisioner, secrets.provisionerBrokerPassword),
        GATEWAY_MANAGEMENT_URLS: `main=amqp://${managementUser}:${secrets.managementPassword}@127.0.0.1:${ports.management}`,
        HEALTH_HOST: "127.0.0.1",
        HEALTH_PORT: String(ports.provisionerHealth),
        LOG_LEVEL: logLevel,
      },
      gateway: {
        ...keycloak,
        TICKET_PUBLIC_KEY_FILE: keys.ticketPublicKey,
        TLS_CERTIFICATE_FILE: keys.tlsCertificate,
        TLS_PRIVATE_KEY_FILE: keys.tlsPrivateKey,
        BROKER_URLS: broker(brokerUsers.gateway, secrets.gatewayBrokerPassword),
        MANAGEMENT_USERNAME: managementUser,
        MANAGEMENT_PASSWORD: secrets.managementPassword,
        MANAGEMENT_HOST: "127.0.0.1",
        MANAGEMENT_PORT: String(ports.management),
        LISTEN_HOST: "127.0.0.1",
        AMQP_PORT: String(ports.amqp),
        AMQPS_PORT: String(ports.amqps),
        WEBSOCKET_PORT: String(ports.webSocket),
        SECURE_WEBSOCKET_PORT: String(ports.secureWebSocket),
        WEBSOCKET_ORIGINS: `${profile.consoleUrl},${profile.consoleUrl.replace("localhost", "127.0.0.1")}`,
        ALLOW_PLAIN_WITHOUT_TLS: "loopback",
        HEALTH_HOST: "127.0.0.1",
        HEALTH_PORT: String(ports.gatewayHealth),
        LOG_LEVEL: logLevel,
      },
    },
    ownerDatabaseUrl: databaseUrl(profile, "postroom_owner", secrets.ownerPassword, "postroom"),
    adminDatabaseUrl: adminDatabaseUrl(profile, secrets),
    keycloak: {
      url: profile.keycloakUrl,
      realm: realmName,
      adminUser: keycloakAdminUser,
      adminPassword: secrets.keycloakAdminPassword,
    },
    artemis: {
      host: "127.0.0.1",
      port: ports.artemis,
      gateway: { username: brokerUsers.gateway, password: secrets.gatewayBrokerPassword },
      provisioner: { username: brokerUsers.provisioner, password: secrets.provisionerBrokerPassword },
    },
  };
}

function platformFilePath(stateDirectory: string): string {
  return join(stateDirectory, "platform.json");
}

/** Keeps the description in the state folder. */
export async function writePlatformFile(stateDirectory: string, platform: PlatformFile): Promise<void> {
  await writeFileAtomically(platformFilePath(stateDirectory), `${JSON.stringify(platform, undefined, 2)}\n`);
}

/** The description in the state folder, or undefined when the platform has never been up. */
export async function readPlatformFile(stateDirectory: string): Promise<PlatformFile | undefined> {
  const text = await readFileIfPresent(platformFilePath(stateDirectory));
  return text === undefined ? undefined : (JSON.parse(text) as PlatformFile);
}
