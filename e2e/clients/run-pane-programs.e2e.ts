import { expect, test } from "@playwright/test";
import { credentialLogin } from "#contracts/naming.ts";
import type { ProgramTarget, ReceiveProgram, SendProgram } from "#contracts/snippets/pane-program.ts";
import { programsFor } from "#contracts/snippets/pane-programs.ts";
import { apiOf, settled } from "../support/api.ts";
import { fetchGoAmqp, fetchQpidJms, runProgram } from "./run-snippet.ts";

const scope = { tenant: "acme", space: "default" } as const;

const sending: SendProgram = {
  kind: "send", body: { kind: "text", text: "parcel \"{{counter}}\" of {{random 7 7}}" }, subject: "delivery {{counter}}", to: "", replyTo: "answers", correlationId: "c-1", contentType: "", groupId: "g", durable: true,
  priority: 5, timeToLiveMs: 600_000, count: 2, perSecond: 20, isSettled: false, annotations: [],
  properties: [
    { name: "colour", type: "string", value: "red" }, { name: "fragile", type: "boolean", value: "true" }, { name: "tiny", type: "byte", value: "-7" }, { name: "small", type: "short", value: "300" },
    { name: "number", type: "int", value: "{{counter}}" }, { name: "large", type: "long", value: "5000000000" }, { name: "half", type: "float", value: "0.5" }, { name: "third", type: "double", value: "0.3" },
    { name: "when", type: "timestamp", value: "2030-01-31T12:00:00Z" }, { name: "id", type: "uuid", value: "123e4567-e89b-12d3-a456-426614174000" }, { name: "unsigned", type: "ushort", value: "65535" },
  ],
};
const taking: ReceiveProgram = {
  kind: "receive", mode: "take", outcome: "accepted", condition: "amqp:precondition-failed", reason: "not today", deliveryFailed: true, undeliverableHere: false, credit: 5, selector: "colour = 'red' AND number = 2",
  subscription: "", isShared: false, senderSettles: "mixed", receiverSettles: "first",
};

test.describe("what the test client shows as code", () => {
  // In one worker: Maven and Go must not fetch twice at once.
  test.describe.configure({ mode: "default" });

  test.beforeAll(async () => {
    test.setTimeout(300_000);
    await fetchQpidJms();
    await fetchGoAmqp();
  });

  for (const tls of [false, true]) {
    test(`sends with typed properties and at a rate, browses, rejects and takes by a selector over ${tls ? "AMQPS" : "AMQP"}, in each language`, async ({ request }) => {
      test.setTimeout(240_000);
      const developer = await apiOf("dev@acme.test");
      const owner = await apiOf("owner@acme.test");
      const suffix = crypto.randomUUID().slice(0, 8);
      const name = `pane-programs/${suffix}`;
      const [plan] = await developer.plans.listChoices.query({ ...scope, type: "queue" });
      await developer.addresses.create.mutate({ ...scope, type: "queue", name, planId: plan?.id ?? "" });
      const { secret } = await owner.credentials.create.mutate({ ...scope, name: `pane-${suffix}`, permissions: [{ operations: ["send", "recv"], pattern: name }] });
      await settled(() => developer.addresses.get.query({ ...scope, name }));
      await settled(async () => (await owner.credentials.list.query(scope)).find((credential) => credential.name === `pane-${suffix}`));
      const { endpoints } = await developer.spaces.get.query(scope);
      const endpoint = new URL((tls ? endpoints.amqps : endpoints.amqp) ?? "");
      const certificate = await (await request.get("/api/certificate")).text();
      const target: ProgramTarget = { host: endpoint.hostname, port: Number(endpoint.port), tls, address: name, addressType: "queue", login: credentialLogin(scope.tenant, scope.space, `pane-${suffix}`) };

      const bytes: SendProgram = { ...sending, body: { kind: "bytes", hex: "68 69" }, properties: [], count: 1, perSecond: null };
      for (const [index, sender] of programsFor(target, sending).entries()) {
        await test.step(sender.title, async () => {
          const printed = await runProgram(sender, secret, certificate);
          expect(printed.match(/^accepted/gm)).toHaveLength(2);
          const by = (program: ReceiveProgram) => programsFor(target, program)[index]!;
          const wanted = /received parcel "2" of 7/;
          if (by({ ...taking, mode: "browse" }).limits.length === 0) expect(await runProgram(by({ ...taking, mode: "browse" }), secret, certificate, "1")).toMatch(wanted);
          expect(await runProgram(by(taking), secret, certificate, "1")).toMatch(wanted);
          expect(await runProgram(by({ ...taking, selector: "number = 1", outcome: "rejected" }), secret, certificate, "1")).toMatch(/received parcel "1" of 7/);
          await runProgram(programsFor(target, bytes)[index]!, secret, certificate);
          expect(await runProgram(by({ ...taking, selector: "" }), secret, certificate, "1")).toMatch(/^received /m);
        });
      }
      await owner.credentials.delete.mutate({ ...scope, name: `pane-${suffix}` });
      await developer.addresses.delete.mutate({ ...scope, name });
    });
  }
});
