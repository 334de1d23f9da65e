import { expect } from "@playwright/test";
import type { FaultBed } from "./fault-bed.ts";

/** Makes an application's credential for all addresses of the bed's space and waits until it can be used. */
export async function makeCredential(bed: FaultBed, name: string): Promise<{ login: string; secret: string }> {
  const api = await bed.api("owner@acme.test");
  const { credential, secret } = await api.credentials.create.mutate({ ...bed.scope, name, permissions: [{ operations: ["send", "recv"], pattern: "*" }] });
  await expect.poll(async () => (await api.credentials.list.query(bed.scope)).find((each) => each.name === name)?.phase).toBe("Active");
  return { login: credential.login, secret };
}
