import { pino } from "pino";
import { AddressRequests } from "../directory/address-requests.ts";
import { Directory } from "../directory/directory.ts";
import { clientLimits, type Entrance, makePenalties } from "../entrance/entrance.ts";
import { ClientJournal } from "../journal/client-journal.ts";
import { refused } from "../policy/identity.ts";
import { Relay } from "../relay/relay.ts";

/** The spaces that {@link localEntrance} has, each with the addresses `any` and `multi`. */
export const localSpaces = ["acme.main", "globex.main"];

const unlimited = Number.MAX_SAFE_INTEGER;

/** An entrance with addresses of the exchange only and a login, `<space>.<name>`, that always passes, unless its secret is `wrong`. */
export function localEntrance(onFault: (error: unknown) => void = () => {}, { protocolErrorsPerSecond = unlimited, connectionsPerSecond = unlimited, linksPerSecond = unlimited, largeMessageBytesPerSecond = unlimited } = {}): Entrance {
  const directory = new Directory({ connectionsPerSecond, linksPerSecond, largeMessageBytesPerSecond });
  for (const space of localSpaces) {
    directory.putSpace({ name: space, generation: 1, maxConnections: 1_000_000, isClosed: false, autoCreatePatterns: [] });
    for (const [name, addressType] of [["any", "anycast"], ["multi", "multicast"]] as const) {
      directory.putAddress({ name: `${space}/${name}`, generation: 1, addressType, broker: "", brokerAddress: "", maxMessageBytes: 1024 * 1024, maxConsumers: 1000 });
    }
  }
  const log = pino({ level: "error" }, { write: (line: string) => onFault(line) });
  return {
    containerId: "gateway",
    directory,
    requests: new AddressRequests(directory),
    relay: new Relay([]),
    limits: clientLimits,
    plainWithoutTls: "loopback",
    log,
    connections: new Set(),
    journal: new ClientJournal(),
    penalties: makePenalties(protocolErrorsPerSecond),
    authenticator: {
      login: async (proof) =>
        proof.kind === "secret" && proof.secret === "wrong"
          ? refused("wrong")
          : { identity: { login: proof.login, space: directory.spaces.get(localSpaces.find((space) => proof.login.startsWith(space)) ?? localSpaces[0]!)!, credential: null, ticketPermissions: [{ operations: ["send", "recv"], pattern: "*" }], secretHash: null, loginSession: "", endsAtMs: null } },
    },
  };
}
