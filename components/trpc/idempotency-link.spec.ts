import { createTRPCClient, TRPCClientError } from "@trpc/client";
import { observable } from "@trpc/server/observable";
import { expect, test } from "vitest";
import type { AppRouter } from "#server/trpc/app-router.ts";
import { idempotencyLink } from "./idempotency-link.ts";

/** A client whose requests end as the test says, and what it has sent. */
function clientThat(answers: (path: string) => Promise<unknown>) {
  const sent: { path: string; key: unknown }[] = [];
  const client = createTRPCClient<AppRouter>({
    links: [
      idempotencyLink(),
      () => ({ op }) =>
        observable((observer) => {
          sent.push({ path: op.path, key: (op.input as { idempotencyKey?: string }).idempotencyKey });
          const answer = async (): Promise<void> => {
            try {
              observer.next({ result: { type: "data", data: await answers(op.path) } });
              observer.complete();
            } catch (error) {
              observer.error(TRPCClientError.from(error as Error));
            }
          };
          void answer();
        }),
    ],
  });
  return { client, sent };
}

const queue = { tenant: "acme", space: "default", type: "queue", name: "orders", planId: "queue-small" } as const;

test("a request sent twice at once, or again after its answer was lost, has one key; another request has another", async () => {
  let isLost = true;
  const { client, sent } = clientThat(() => (isLost ? Promise.reject(new Error("The network is down.")) : Promise.resolve({})));
  await Promise.allSettled([client.addresses.create.mutate(queue), client.addresses.create.mutate(queue)]);
  isLost = false;
  await client.addresses.create.mutate({ ...queue, name: "invoices" });
  await client.addresses.create.mutate(queue);
  const keys = sent.map(({ key }) => key);
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect([keys[1], keys[3]]).toEqual([keys[0], keys[0]]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("the same wish after its success is a new one", async () => {
  const { client, sent } = clientThat(() => Promise.resolve({}));
  await client.addresses.create.mutate(queue);
  await client.addresses.create.mutate(queue);
  expect(sent[0]!.key).not.toBe(sent[1]!.key);
});

test("what creates nothing goes as it is", async () => {
  const { client, sent } = clientThat(() => Promise.resolve({}));
  await client.addresses.delete.mutate({ tenant: "acme", space: "default", name: "orders" });
  expect(sent).toEqual([{ path: "addresses.delete", key: undefined }]);
});
