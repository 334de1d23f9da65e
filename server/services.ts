import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { createKeySet, type KeySet } from "./auth/key-set.ts";
import { LoginWatch } from "./auth/login-watch.ts";
import type { TokenRules } from "./auth/verify-token.ts";
import { createChangeFeed, type ChangeFeed } from "./changes/change-feed.ts";
import { openDatabase, type Database } from "./db/database.ts";
import { env, EnvError, type Env } from "./env.ts";
import { apiRateLimits, RateLimiter } from "./http/rate-limit.ts";
import { createLog, type Log } from "./log.ts";
import { ConsoleMetrics } from "./metrics/console-metrics.ts";
import { QuotaTurns } from "./spaces/quota-turns.ts";

/** What the use-cases need from the process: made once, handed down, never looked up. */
export interface Services {
  readonly env: Env;
  readonly log: Log;
  readonly database: Database;
  readonly keys: KeySet;
  readonly tokenRules: TokenRules;
  readonly changeFeed: ChangeFeed;
  readonly quotaTurns: QuotaTurns;
  readonly metrics: ConsoleMetrics;
  /** Calls by person and by network address. */
  readonly rateLimits: { readonly person: RateLimiter; readonly address: RateLimiter };
  /** Ed25519, signs tickets for the test client. */
  readonly ticketKey: KeyObject;
  /** RSA, seals secrets that only the provisioner can open. */
  readonly sealingKey: KeyObject;
  /** Ends connections; the services cannot be used afterwards. */
  close(): Promise<void>;
}

/** Makes the services of one console. Nothing is connected before the first use. @throws EnvError for a key file that cannot be used. */
export function createServices(configuration: Env, log: Log = createLog(configuration.LOG_LEVEL)): Services {
  const ticketKey = readKey("TICKET_PRIVATE_KEY_FILE", configuration.TICKET_PRIVATE_KEY_FILE, createPrivateKey, "ed25519");
  const sealingKey = readKey("SEALING_PUBLIC_KEY_FILE", configuration.SEALING_PUBLIC_KEY_FILE, createPublicKey, "rsa");
  const issuer = `${configuration.KEYCLOAK_URL}/realms/${encodeURIComponent(configuration.KEYCLOAK_REALM)}`;
  const keys = createKeySet({ url: `${issuer}/protocol/openid-connect/certs`, log });
  const logins = new LoginWatch({ url: `${issuer}/protocol/openid-connect/userinfo`, log });
  const database = openDatabase({ url: configuration.DATABASE_URL, poolSize: configuration.DATABASE_POOL_SIZE, log });
  const changeFeed = createChangeFeed({ url: configuration.DATABASE_URL, log });
  return {
    env: configuration,
    log,
    database,
    keys,
    tokenRules: { issuer, clientId: configuration.KEYCLOAK_CLIENT_ID, keys, logins },
    changeFeed,
    quotaTurns: new QuotaTurns(),
    metrics: new ConsoleMetrics(),
    rateLimits: { person: new RateLimiter(apiRateLimits.person), address: new RateLimiter(apiRateLimits.address) },
    ticketKey,
    sealingKey,
    async close() {
      await changeFeed.close();
      await database.close();
    },
  };
}

function readKey(variable: string, path: string, parse: (pem: string) => KeyObject, type: string): KeyObject {
  let key: KeyObject;
  try {
    key = parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new EnvError(`${variable} must name a readable PEM file with an ${type} key.`, { cause });
  }
  if (key.asymmetricKeyType !== type) throw new EnvError(`${variable} must hold an ${type} key.`);
  return key;
}

// Next bundles each route handler on its own; the process' global keeps them on one pool and one LISTEN connection.
const slot = Symbol.for("postroom.console.services");
const holder = globalThis as { [slot]?: Services };

/** The services of this process, made at the first call. @throws EnvError */
export function services(): Services {
  holder[slot] ??= createServices(env());
  return holder[slot];
}
