import { join } from "node:path";

/** Root of the checkout. */
export const projectDirectory = join(import.meta.dirname, "..");

/** Unpacked Keycloak and Artemis, shared by all profiles; kept by `platform:reset`. */
export const distributionDirectory = join(projectDirectory, ".postroom", "dist");

export const profileNames = ["default", "test"] as const;
export type ProfileName = (typeof profileNames)[number];

/** One port of the local installation: what it is for, and the environment variable that moves it. */
export interface PortUse {
  readonly purpose: string;
  readonly variable: string;
  readonly defaultPort: number;
  readonly testPort: number;
}

export const portUses = {
  postgres: { purpose: "PostgreSQL", variable: "POSTROOM_POSTGRES_PORT", defaultPort: 54320, testPort: 25432 },
  keycloak: { purpose: "Keycloak (logins)", variable: "POSTROOM_KEYCLOAK_PORT", defaultPort: 8180, testPort: 28180 },
  artemis: { purpose: "the Artemis broker", variable: "POSTROOM_ARTEMIS_PORT", defaultPort: 61616, testPort: 26161 },
  console: { purpose: "the console", variable: "PORT", defaultPort: 3000, testPort: 23000 },
  amqp: { purpose: "AMQP", variable: "AMQP_PORT", defaultPort: 5672, testPort: 25672 },
  amqps: { purpose: "AMQP over TLS", variable: "AMQPS_PORT", defaultPort: 5671, testPort: 25671 },
  webSocket: { purpose: "AMQP over WebSocket", variable: "WEBSOCKET_PORT", defaultPort: 8081, testPort: 28081 },
  secureWebSocket: {
    purpose: "AMQP over secure WebSocket",
    variable: "SECURE_WEBSOCKET_PORT",
    defaultPort: 8443,
    testPort: 28443,
  },
  management: { purpose: "the gateway's management", variable: "MANAGEMENT_PORT", defaultPort: 55672, testPort: 25673 },
  gatewayHealth: { purpose: "the gateway's health", variable: "GATEWAY_HEALTH_PORT", defaultPort: 8090, testPort: 28090 },
  provisionerHealth: {
    purpose: "the provisioner's health",
    variable: "PROVISIONER_HEALTH_PORT",
    defaultPort: 8091,
    testPort: 28091,
  },
} as const satisfies Record<string, PortUse>;

export type PortName = keyof typeof portUses;
export type Ports = Readonly<Record<PortName, number>>;

/** Ports on which the platform's own parts listen; the others belong to Postroom's three processes. */
export const platformPortNames = ["postgres", "keycloak", "artemis"] as const satisfies readonly PortName[];

export interface Profile {
  readonly name: ProfileName;
  /** Everything the profile keeps: databases, journals, keys, logs, platform.json. */
  readonly stateDirectory: string;
  readonly ports: Ports;
  readonly consoleUrl: string;
  readonly keycloakUrl: string;
}

/**
 * The profile's places and ports. Variables move ports of the default profile only, so that a test run on the same
 * machine is where tests expect it.
 * @throws Error with one sentence when a variable is no port number, or two parts are given the same port.
 */
export function resolveProfile(name: ProfileName, variables: Readonly<Record<string, string | undefined>>): Profile {
  const ports = {} as Record<PortName, number>;
  const takenBy = new Map<number, PortUse>();
  for (const key of Object.keys(portUses) as PortName[]) {
    const use: PortUse = portUses[key];
    const port = name === "test" ? use.testPort : portOf(use, variables[use.variable]);
    const other = takenBy.get(port);
    if (other) {
      throw new Error(
        `Port ${port} is given to both ${other.purpose} (${other.variable}) and ${use.purpose} (${use.variable}); change one of these variables.`,
      );
    }
    takenBy.set(port, use);
    ports[key] = port;
  }
  return {
    name,
    stateDirectory: join(projectDirectory, name === "test" ? ".postroom-test" : ".postroom"),
    ports,
    consoleUrl: `http://localhost:${ports.console}`,
    keycloakUrl: `http://localhost:${ports.keycloak}`,
  };
}

function portOf(use: PortUse, value: string | undefined): number {
  if (value === undefined || value === "") return use.defaultPort;
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Error(`${use.variable} is "${value}", which is no port; set it to a number from 1 to 65535 or leave it out.`);
  }
  return port;
}
