import { join } from "node:path";
import { parsePort } from "./launch/requirements.mjs";
import parts from "./parts.json" with { type: "json" };

/** Root of the checkout. */
export const projectDirectory = join(import.meta.dirname, "..");

/** Unpacked Keycloak and Artemis, shared by all profiles; kept by `platform:reset`. */
const distributionDirectory = join(projectDirectory, ".postroom", "dist");
export const keycloakDirectory = join(distributionDirectory, `keycloak-${parts.versions.keycloak}`);
export const artemisDirectory = join(distributionDirectory, `apache-artemis-${parts.versions.artemis}`);

export const profileNames = ["default", "test"] as const;
export type ProfileName = (typeof profileNames)[number];

/** One port of the local installation: what it is for, and the environment variable that moves it. */
export interface PortUse {
  readonly purpose: string;
  readonly variable: string;
  readonly default: number;
  readonly test: number;
}

export type PortName = keyof typeof parts.ports;
export type Ports = Readonly<Record<PortName, number>>;

export const portUses: Readonly<Record<PortName, PortUse>> = parts.ports;

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
 * The profile's places and ports. Variables move single ports of the default profile, so that the ones a person sets
 * for `npm start` never move a test run; `POSTROOM_TEST_PORT_OFFSET` moves all ports of the test profile together, so
 * that two checkouts can be tested at once.
 * @throws Error with one sentence when a variable is no port number, or two parts are given the same port.
 */
export function resolveProfile(name: ProfileName, variables: Readonly<Record<string, string | undefined>>): Profile {
  const ports = {} as Record<PortName, number>;
  const takenBy = new Map<number, PortUse>();
  for (const key of Object.keys(portUses) as PortName[]) {
    const use: PortUse = portUses[key];
    const port = name === "test" ? use.test + testPortOffset(variables) : parsePort(use.variable, variables[use.variable], use.default);
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

function testPortOffset(variables: Readonly<Record<string, string | undefined>>): number {
  return parsePort("POSTROOM_TEST_PORT_OFFSET", variables.POSTROOM_TEST_PORT_OFFSET, 0);
}
