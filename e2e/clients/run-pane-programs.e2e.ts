import { expect, test } from "@playwright/test";
import { credentialLogin } from "#contracts/naming.ts";
import type { PaneProgram, ProgramTarget, ReceiveProgram, SendProgram } from "#contracts/snippets/pane-program.ts";
import { programsFor } from "#contracts/snippets/pane-programs.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf, settled } from "../support/api.ts";
import { fetchGoAmqp, fetchQpidJms, runProgram } from "./run-snippet.ts";

const scope = { tenant: "acme", space: "default" } as const;

const sending: SendProgram = {
  kind: "send", body: { kind: "text", text: "parcel \"{{counter}}\" of {{random 7 7}}" }, subject: "delivery {{counter}}", to: "", replyTo: "answers", correlationId: "c-1", contentType: "", groupId: "g", durable: true,
  priority: 5, timeToLiveMs: 600_000, count: 2, perSecond: 20, isSettled: false, annotations: [{ name: "x-opt-region", type: "int", value: "7" }],
  properties: [
    { name: "colour", type: "string", value: "red" }, { name: "fragile", type: "boolean", value: "true" }, { name: "tiny", type: "byte", value: "-7" }, { name: "small", type: "short", value: "300" },
    { name: "number", type: "int", value: "{{counter}}" }, { name: "large", type: "long", value: "5000000000" }, { name: "half", type: "float", value: "0.5" }, { name: "third", type: "double", value: "0.3" },
    { name: "when", type: "timestamp", value: "2030-01-31T12:00:00Z" }, { name: "id", type: "uuid", value: "123e4567-e89b-12d3-a456-426614174000" }, { name: "unsigned", type: "ushort", value: "65535" },
    { name: "octet", type: "ubyte", value: "255" }, { name: "wide", type: "uint", value: "4294967295" }, { name: "wider", type: "ulong", value: "5000000000" }, { name: "symbol", type: "symbol", value: "x:y" }, { name: "raw", type: "binary", value: "0a ff" },
  ],
};
const taking: ReceiveProgram = {
  kind: "receive", mode: "take", outcome: "accepted", condition: "amqp:precondition-failed", reason: "not today", deliveryFailed: true, undeliverableHere: false, credit: 5, selector: "colour = 'red' AND number = 2",
  subscription: "", isShared: false, senderSettles: "mixed",
};

const one: SendProgram = { ...sending, body: { kind: "text", text: "the one" }, subject: "", properties: [], annotations: [], count: 1, perSecond: null };
const all: ReceiveProgram = { ...taking, selector: "" };

/** An address with a credential that may use it, both gone when disposed of. */
async function makeTarget(type: "queue" | "topic", tls = false) {
  const developer = await apiOf("dev@acme.test");
  const owner = await apiOf("owner@acme.test");
  const credential = `pane-${crypto.randomUUID().slice(0, 8)}`;
  const name = `pane-programs/${credential}`;
  const [plan] = await developer.plans.listChoices.query({ ...scope, type });
  await developer.addresses.create.mutate({ ...scope, type, name, planId: plan?.id ?? "" });
  const { secret } = await owner.credentials.create.mutate({ ...scope, name: credential, permissions: [{ operations: ["send", "recv"], pattern: name }] });
  await settled(() => developer.addresses.get.query({ ...scope, name }));
  await settled(async () => (await owner.credentials.list.query(scope)).find((each) => each.name === credential));
  const { endpoints } = await developer.spaces.get.query(scope);
  const endpoint = new URL((tls ? endpoints.amqps : endpoints.amqp) ?? "");
  const target: ProgramTarget = { host: endpoint.hostname, port: Number(endpoint.port), tls, address: name, addressType: type, login: credentialLogin(scope.tenant, scope.space, credential) };
  return {
    target, secret, url: endpoint.href,
    async [Symbol.asyncDispose]() {
      await owner.credentials.delete.mutate({ ...scope, name: credential });
      await developer.addresses.delete.mutate({ ...scope, name });
    },
  };
}

test.describe("what the test client shows as code", () => {
  test.beforeAll(async () => {
    test.setTimeout(300_000);
    await fetchQpidJms();
    await fetchGoAmqp();
  });

  for (const tls of [false, true]) {
    test(`sends with typed properties and at a rate, browses, rejects and takes by a selector over ${tls ? "AMQPS" : "AMQP"}, in each language`, async ({ request }) => {
      test.setTimeout(240_000);
      await using made = await makeTarget("queue", tls);
      const { target, secret } = made;
      const certificate = await (await request.get("/api/certificate")).text();
      const bytes: SendProgram = { ...one, body: { kind: "bytes", hex: "68 69" } };
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
          expect(await runProgram(by(all), secret, certificate, "1")).toMatch(/^received /m);
        });
      }
    });
  }

  test("releases, modifies, accepts, and sends and receives settled, in each language", async () => {
    test.setTimeout(240_000);
    await using made = await makeTarget("queue");
    const { target, secret } = made;
    for (const [index, sender] of programsFor(target, one).entries()) {
      await test.step(sender.title, async () => {
        const run = (program: PaneProgram, ...words: string[]) => runProgram(programsFor(target, program)[index]!, secret, "", ...words);
        expect(await runProgram(sender, secret, "")).toMatch(/^accepted/m);
        // What went back comes again, to the one that accepts it.
        for (const outcome of ["released", "modified"] as const) expect(await run({ ...all, outcome }, "1")).toMatch(/^received the one/m);
        expect(await run({ ...all, senderSettles: "unsettled" }, "1")).toMatch(/^received the one/m);
        const printed = await run({ ...one, body: { kind: "text", text: "settled {{counter}}" }, count: 2, isSettled: true });
        expect(printed.match(/^sent/gm)).toHaveLength(2);
        expect((await run({ ...all, senderSettles: "settled" }, "2")).match(/^received settled \d/gm)).toEqual(["received settled 1", "received settled 2"]);
      });
    }
  });

  test("keeps a subscription by its name while no program receives, for one program or for several that share it, in each language", async () => {
    test.setTimeout(240_000);
    await using made = await makeTarget("topic");
    const { target, secret, url } = made;
    await using publisher = await AmqpProgram.logIn(url, target.login, secret, "");
    for (const [index, { title }] of programsFor(target, all).entries()) {
      for (const isShared of [false, true]) {
        await test.step(`${title}, ${isShared ? "shared" : "of its own"}`, async () => {
          const receiver = programsFor(target, { ...all, subscription: `nightly-${index}-${isShared}`, isShared })[index]!;
          let printed: string | undefined;
          const first = runProgram(receiver, secret, "", "1").then((text) => (printed = text));
          // Only what is sent after it has subscribed comes to it.
          await expect.poll(async () => { await publisher.send(target.address, "published"); return printed; }, { timeout: 60_000 }).toMatch(/^received published/m);
          await first;
          expect(await publisher.send(target.address, "while nobody received")).toBe("accepted");
          expect(await runProgram(receiver, secret, "", "1")).toMatch(/^received /m);
        });
      }
    }
  });
});
