import { createTRPCClient, httpLink, TRPCClientError } from "@trpc/client";
import { Client } from "pg";
import { createTestDatabase, loadPlatform, personToken, type TestDatabase } from "#platform/test-platform.ts";
import type { PublicError } from "#contracts/errors.ts";
import { parseEnv, type Env } from "../env.ts";
import { handleTrpc, trpcEndpoint } from "../http/handle-trpc.ts";
import { createLog } from "../log.ts";
import { createServices, type Services } from "../services.ts";
import type { AppRouter } from "../trpc/app-router.ts";

export type TestClient = ReturnType<typeof createTRPCClient<AppRouter>>;

/** The console's backend on a database of its own with the demo tenants, and the real Keycloak. */
export interface TestConsole extends AsyncDisposable {
  readonly services: Services;
  readonly database: TestDatabase;
  /** The superuser of the test's database, for what an operator or the provisioner would do. */
  readonly admin: Client;
  readonly origin: string;
  /** What the console has logged so far, one JSON line each. */
  readonly logLines: readonly string[];
  /** A request as it would arrive over HTTP. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** The console's API as this person (or nobody) sees it; tokens come from a real login. */
  client(email: string | null): Promise<TestClient>;
  /** As {@link client}, with a token of the test's own. */
  clientWithToken(token: string | null): TestClient;
}

const tokens = new Map<string, Promise<string>>();

/** A token of this person, logged in once per test file. */
export function tokenOf(email: string): Promise<string> {
  const token = tokens.get(email) ?? personToken(email);
  tokens.set(email, token);
  return token;
}

export async function startTestConsole(overrides: Partial<Env> = {}): Promise<TestConsole> {
  const platform = await loadPlatform();
  const database = await createTestDatabase({ demo: true });
  const logLines: string[] = [];
  const environment = { ...parseEnv({ ...platform.env.console, DATABASE_URL: database.consoleUrl }), ...overrides };
  const log = createLog("debug", { write: (line) => void logLines.push(line) });
  const services = createServices(environment, log);
  const admin = new Client({ connectionString: database.adminUrl });
  await admin.connect();
  const origin = environment.CONSOLE_URL;
  const request = (path: string, init?: RequestInit): Promise<Response> => handleTrpc(new Request(`${origin}${trpcEndpoint}/${path}`, init), services);

  const clientWithToken = (token: string | null): TestClient =>
    createTRPCClient<AppRouter>({
      links: [
        httpLink({
          url: `${origin}${trpcEndpoint}`,
          headers: token === null ? {} : { authorization: `Bearer ${token}` },
          fetch: (url, init) => handleTrpc(new Request(url, init as RequestInit), services),
        }),
      ],
    });

  return {
    services,
    database,
    admin,
    origin,
    logLines,
    request,
    clientWithToken,
    client: async (email) => clientWithToken(email === null ? null : await tokenOf(email)),
    async [Symbol.asyncDispose]() {
      await services.close();
      await admin.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** The public error with which a call fails; throws when it succeeds or fails otherwise. */
export async function failureOf(call: Promise<unknown>): Promise<PublicError> {
  try {
    await call;
  } catch (error) {
    const data: unknown = error instanceof TRPCClientError ? error.data : undefined;
    if (typeof data === "object" && data !== null && "postroom" in data) return data.postroom as PublicError;
    throw error;
  }
  throw new Error("The call was expected to fail, and succeeded.");
}

/** A space of the demo tenant acme. */
export const acme = { tenant: "acme", space: "default" } as const;
export const globex = { tenant: "globex", space: "default" } as const;
