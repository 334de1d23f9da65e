import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { expect, it } from "vitest";
import { KeySet, KeysUnavailable } from "./key-set.ts";

const timeoutMs = 10_000;

/** An issuer whose keys are asked for over HTTP, as Keycloak's are. */
async function issuer(): Promise<{ url: string; asked: () => number; sign: (kid: string) => Promise<string>; [Symbol.asyncDispose]: () => Promise<void> }> {
  const published: object[] = [];
  let asked = 0;
  const server = createServer((_request, response) => {
    asked++;
    response.end(JSON.stringify({ keys: published }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    asked: () => asked,
    sign: async (kid) => {
      const { publicKey, privateKey } = await generateKeyPair("ES256");
      published.push({ ...(await exportJWK(publicKey)), kid, alg: "ES256" });
      return new SignJWT({}).setProtectedHeader({ alg: "ES256", kid }).sign(privateKey);
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

it("knows a key that was made together with the token, right after the keys were fetched", async () => {
  await using keycloak = await issuer();
  const keys = new KeySet(keycloak.url, timeoutMs);
  await keys.ensure();
  const tokens = [await keycloak.sign("first"), await keycloak.sign("second")];
  await Promise.all(tokens.map((token) => jwtVerify(token, keys.keyOf)));
  await jwtVerify(await keycloak.sign("third"), keys.keyOf);
});

it("asks once for many tokens that name no key, and says that there is none", async () => {
  await using keycloak = await issuer();
  const stranger = await keycloak.sign("mine");
  await using other = await issuer();
  const keys = new KeySet(other.url, timeoutMs);
  await keys.ensure();
  const answers = await Promise.allSettled(Array.from({ length: 100 }, () => jwtVerify(stranger, keys.keyOf)));
  expect(answers.filter(({ status }) => status === "fulfilled")).toEqual([]);
  expect(other.asked()).toBeLessThan(5);
});

it("says that keys cannot be had when nobody answers", async () => {
  const { url } = await (async () => {
    await using gone = await issuer();
    return { url: gone.url };
  })();
  await expect(new KeySet(url, timeoutMs).ensure()).rejects.toBeInstanceOf(KeysUnavailable);
});
