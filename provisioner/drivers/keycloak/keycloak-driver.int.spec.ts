import { randomBytes } from "node:crypto";
import { afterAll, describe, expect, it } from "vitest";
import { loadPlatform } from "#platform/test-platform.ts";
import { limits } from "../../limits.ts";
import { openWorkWindow } from "../../work-window.ts";
import { describeIdentityContract } from "../contract/identity-contract.ts";
import type { ApplicationLogin } from "../identity-driver.ts";
import type { KeycloakOptions } from "./keycloak-admin.ts";
import { KeycloakDriver } from "./keycloak-driver.ts";

const window = () => openWorkWindow(20_000);
const prefix = `c${randomBytes(6).toString("hex")}.main`;

async function options(): Promise<KeycloakOptions> {
  const { keycloak, env } = await loadPlatform();
  return { url: keycloak.url, realm: keycloak.realm, clientId: "provisioner", clientSecret: env.provisioner.KEYCLOAK_CLIENT_SECRET! };
}

async function requestToken({ login, secret }: ApplicationLogin): Promise<Response> {
  const { url, realm } = await options();
  return fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, {
    method: "POST",
    body: new URLSearchParams({ grant_type: "client_credentials", client_id: login, client_secret: secret }),
    signal: AbortSignal.timeout(10_000),
  });
}

describeIdentityContract("Keycloak", async () => {
  const real = await options();
  return {
    driver: new KeycloakDriver(real, limits),
    unreachable: new KeycloakDriver({ ...real, url: "http://127.0.0.1:1" }, limits),
    prefix,
    admits: async (login) => (await requestToken(login)).ok,
  };
});

describe("logins in Keycloak", () => {
  const app = { login: `${prefix}.claims`, secret: "a-secret-for-claims" };

  afterAll(async () => new KeycloakDriver(await options(), limits).removeLogin(app.login, window()));

  it("get tokens that name the login as azp and carry no right in Keycloak", async () => {
    await new KeycloakDriver(await options(), limits).ensureLogin(app, window());
    const { access_token: token } = (await (await requestToken(app)).json()) as { access_token: string };
    const claims = JSON.parse(Buffer.from(token.split(".")[1] as string, "base64url").toString()) as Record<string, unknown>;
    expect(claims).toMatchObject({ azp: app.login, typ: "Bearer" });
    expect(claims).not.toHaveProperty("realm_access");
    expect(claims).not.toHaveProperty("resource_access");
  });

  it("cannot be had with a person's password", async () => {
    await new KeycloakDriver(await options(), limits).ensureLogin(app, window());
    const { url, realm } = await options();
    const response = await fetch(`${url}/realms/${realm}/protocol/openid-connect/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "password", client_id: app.login, client_secret: app.secret, username: "dev@acme.test", password: "postroom" }),
      signal: AbortSignal.timeout(10_000),
    });
    expect(response.status).toBe(400);
  });

  it("are refused in words when the provisioner's own secret is wrong", async () => {
    const driver = new KeycloakDriver({ ...(await options()), clientSecret: "wrong" }, limits);
    await expect(driver.ensureLogin(app, window())).rejects.toMatchObject({ code: "forbidden", message: expect.stringContaining("refused to log in as provisioner") });
  });
});
