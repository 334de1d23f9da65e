import { expect, test } from "@playwright/test";
import { credentialLogin } from "#contracts/naming.ts";
import type { AmqpBody } from "#contracts/messages/amqp-decode.ts";
import type { AnyValue, PaneProgram, ProgramTarget, ProgramValue, ProgramValueType, ReceiveProgram, RequestProgram, SendProgram } from "#contracts/snippets/pane-program.ts";
import { programsFor } from "#contracts/snippets/pane-programs.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf, settled } from "../support/api.ts";
import { fetchGoAmqp, fetchQpidJms, runProgram, useProgram } from "./run-snippet.ts";

const scope = { tenant: "acme", space: "default" } as const;

function simple(name: string, type: ProgramValueType, value: string): ProgramValue {
  return { name, value: { type, value } };
}

/** Until a program has been compiled and runs. */
const startMs = 60_000;

/** One of each simple type. */
const simpleValues = [
  simple("colour", "string", "red"), simple("fragile", "boolean", "true"), simple("tiny", "byte", "-7"), simple("small", "short", "300"), simple("number", "int", "{{counter}}"), simple("large", "long", "5000000000"),
  simple("half", "float", "0.5"), simple("third", "double", "0.3"), simple("when", "timestamp", "2030-01-31T12:00:00Z"), simple("id", "uuid", "123e4567-e89b-12d3-a456-426614174000"), simple("unsigned", "ushort", "65535"),
  simple("octet", "ubyte", "255"), simple("wide", "uint", "4294967295"), simple("wider", "ulong", "5000000000"), simple("symbol", "symbol", "x:y"), simple("raw", "binary", "0a ff"),
];
const unset = {
  messageId: "", userId: "", to: "", contentType: "", contentEncoding: "", absoluteExpiryTime: "", creationTime: "", groupSequence: null, replyToGroupId: "", firstAcquirer: false, deliveryCount: null, deliveryAnnotations: [], footer: [],
} as const;
const sending: SendProgram = {
  ...unset, kind: "send", body: { kind: "text", text: "parcel \"{{counter}}\" of {{random 7 7}}" }, subject: "delivery {{counter}}", replyTo: "answers", correlationId: "c-1", groupId: "g", durable: true,
  priority: 5, timeToLiveMs: 600_000, count: 2, perSecond: 20, isSettled: false, annotations: [simple("x-opt-region", "int", "7")], properties: simpleValues,
};
const taking: ReceiveProgram = {
  kind: "receive", mode: "take", outcome: "accepted", condition: "amqp:precondition-failed", reason: "not today", deliveryFailed: true, undeliverableHere: false, annotations: [], credit: 5, isManualCredit: false,
  selector: "colour = 'red' AND number = 2", subscription: "", isShared: false, senderSettles: "mixed",
};

const one: SendProgram = { ...sending, body: { kind: "text", text: "the one" }, subject: "", properties: [], annotations: [], count: 1, perSecond: null };
const all: ReceiveProgram = { ...taking, selector: "" };

/** A body with everything in it, and what arrives of it. */
const anything: AnyValue = {
  type: "map",
  entries: [...simpleValues, { name: "list", value: { type: "list", items: [{ type: "int", value: "1" }, { type: "null" }, { type: "map", entries: [simple("deep", "ushort", "2")] }] } }, { name: "array", value: { type: "array", of: "int", items: [{ type: "int", value: "3" }, { type: "int", value: "4" }] } }],
};

/** The types of a value that arrived, by name. */
function typesOf(body: AmqpBody): Record<string, string> {
  if (body.kind !== "value" || body.value.type !== "map") throw new Error(`A ${body.kind} came where a map was expected.`);
  return Object.fromEntries(body.value.value.map(([name, { type }]) => [String(name.value), type]));
}

/** An address with a credential that may use it, both gone when disposed of. */
async function makeTarget(type: "queue" | "topic" | "anycast", tls = false) {
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

  test("sends with typed properties and at a rate, browses, rejects and takes by a selector, in each language", async () => {
    test.setTimeout(240_000);
    await using made = await makeTarget("queue");
    const { target, secret } = made;
    const bytes: SendProgram = { ...one, body: { kind: "bytes", hex: "68 69" } };
    for (const [index, sender] of programsFor(target, sending).entries()) {
      await test.step(sender.title, async () => {
        const printed = await runProgram(sender, secret, "");
        expect(printed.match(/^accepted/gm)).toHaveLength(2);
        const by = (program: ReceiveProgram) => programsFor(target, program)[index]!;
        const wanted = /received parcel "2" of 7/;
        if (by({ ...taking, mode: "browse" }).limits.length === 0) expect(await runProgram(by({ ...taking, mode: "browse" }), secret, "", "1")).toMatch(wanted);
        expect(await runProgram(by(taking), secret, "", "1")).toMatch(wanted);
        expect(await runProgram(by({ ...taking, selector: "number = 1", outcome: "rejected" }), secret, "", "1")).toMatch(/received parcel "1" of 7/);
        await runProgram(programsFor(target, bytes)[index]!, secret, "");
        expect(await runProgram(by(all), secret, "", "1")).toMatch(/^received /m);
      });
    }
  });

  test("sends and takes over AMQPS, with the certificate of the console, in each language", async ({ request }) => {
    test.setTimeout(240_000);
    await using made = await makeTarget("queue", true);
    const { target, secret } = made;
    const certificate = await (await request.get("/api/certificate")).text();
    for (const [index, sender] of programsFor(target, one).entries()) {
      await test.step(sender.title, async () => {
        expect(await runProgram(sender, secret, certificate)).toMatch(/^accepted/m);
        expect(await runProgram(programsFor(target, all)[index]!, secret, certificate, "1")).toMatch(/^received the one/m);
      });
    }
  });

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

  test("sends bodies of any type and a sequence, with every section that the library knows, in each language", async () => {
    test.setTimeout(240_000);
    await using made = await makeTarget("queue");
    const { target, secret, url } = made;
    await using consumer = await AmqpProgram.logIn(url, target.login, secret, "");
    // The address keeps nothing for longer than its plan says.
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const whole: SendProgram = {
      ...one, timeToLiveMs: null, messageId: "m-{{counter}}", userId: target.login, to: "elsewhere", contentType: "a/b", contentEncoding: "zip", absoluteExpiryTime: soon, creationTime: "2030-01-31T12:00:00Z", groupSequence: 3, replyToGroupId: "rg",
      properties: [simple("stamped", "uuid", "{{uuid}}")], annotations: [{ name: "x-opt-list", value: { type: "list", items: [{ type: "ubyte", value: "1" }] } }], footer: [simple("x-sum", "uint", "{{counter}}")],
    };
    for (const [index, { title, id }] of programsFor(target, one).entries()) {
      await test.step(title, async () => {
        const send = async (program: SendProgram) => {
          expect(await runProgram(programsFor(target, program)[index]!, secret, "")).toMatch(/^accepted/m);
          return consumer.receiveTyped(target.address);
        };
        const map = await send({ ...whole, body: { kind: "value", value: anything } });
        expect(typesOf(map.body)).toEqual({ ...Object.fromEntries(simpleValues.map(({ name, value }) => [name, value.type])), list: "list", array: id === "qpid-jms" ? "list" : "array" });
        if (id !== "qpid-jms") {
          expect(map.properties).toMatchObject({
            "message-id": { value: "m-1" }, "content-type": { type: "symbol", value: "a/b" }, "content-encoding": { value: "zip" }, "absolute-expiry-time": { value: Date.parse(soon) },
            "creation-time": { value: Date.parse("2030-01-31T12:00:00Z") }, "group-id": { value: "g" }, "group-sequence": { type: "uint", value: 3 }, "reply-to-group-id": { value: "rg" }, "reply-to": { value: "answers" }, "correlation-id": { value: "c-1" },
          });
          expect(new TextDecoder().decode(map.properties["user-id"]?.value as Uint8Array)).toBe(target.login);
          expect(map.applicationProperties.map(([name, { type }]) => [name.value, type])).toEqual([["stamped", "uuid"]]);
          expect(map.messageAnnotations).toContainEqual([{ type: "symbol", value: "x-opt-list" }, { type: "list", value: [{ type: "ubyte", value: 1 }] }]);
          if (programsFor(target, whole)[index]!.limits.length === 0) expect(map.footer).toEqual([[expect.objectContaining({ value: "x-sum" }), { type: "uint", value: 1 }]]);
        }
        const sequence = await send({ ...one, body: { kind: "sequence", items: [{ type: "string", value: "{{counter}}" }, { type: "int", value: "2" }] } });
        expect(sequence.body).toEqual({ kind: "sequence", lists: [{ type: "list", value: [{ type: "string", value: "1" }, { type: "int", value: 2 }] }] });
        const array = await send({ ...one, body: { kind: "value", value: { type: "array", of: "short", items: [{ type: "short", value: "1" }, { type: "short", value: "-2" }] } } });
        expect(array.body).toEqual({ kind: "value", value: { type: "array", value: [{ type: "short", value: 1 }, { type: "short", value: -2 }] } });
        const float: SendProgram = { ...one, body: { kind: "value", value: { type: "float", value: "0.5" } } };
        // What JMS cannot do, it says, and sends as text.
        const isText = programsFor(target, float)[index]!.limits.length > 0;
        expect((await send(float)).body).toEqual({ kind: "value", value: isText ? { type: "string", value: "0.5" } : { type: "float", value: 0.5 } });
      });
    }
  });

  test("asks for messages by hand, annotates what it modifies, and matches replies to requests with how long each took, in each language", async () => {
    test.setTimeout(240_000);
    await using made = await makeTarget("anycast");
    const { target, secret, url } = made;
    await using other = await AmqpProgram.logIn(url, target.login, secret, "");
    const modifying: ReceiveProgram = { ...all, outcome: "modified", annotations: [simple("x-opt-why", "string", "torn"), simple("x-opt-times", "ushort", "2")] };
    const byHand: ReceiveProgram = { ...all, credit: 1, isManualCredit: true };
    const asking: RequestProgram = { ...one, kind: "request", body: { kind: "text", text: "question {{counter}}" }, correlationId: "", replyTo: "", count: 2, perSecond: null, waitSeconds: 1 };
    for (const [index, { title }] of programsFor(target, one).entries()) {
      await test.step(title, async () => {
        const by = (program: PaneProgram) => programsFor(target, program)[index]!;
        const modified = runProgram(by(modifying), secret, "", "1");
        const { outcome, state } = await other.sendForState(target.address, "modify me", startMs);
        expect(await modified).toMatch(/^received modify me/m);
        expect(outcome).toBe("modified");
        // In any order: a map of Go's has none.
        if (by(modifying).limits.length === 0) for (const entry of [/"x-opt-why"[:,]"torn"/, /"x-opt-times"[:,]2\b/]) expect(JSON.stringify(state)).toMatch(entry);

        await useProgram(by(byHand), secret, async ({ printed, enter }) => {
          await expect.poll(printed, { timeout: startMs }).toContain("Enter asks for 1 more.");
          expect(await other.send(target.address, "first")).toBe("accepted");
          await expect.poll(printed).toMatch(/received first/);
          // It has not asked for another: the next one goes to somebody else.
          const [sent, taken] = await Promise.all([other.send(target.address, "second"), other.receive(target.address)]);
          expect([sent, taken]).toEqual(["accepted", "second"]);
          enter();
          expect(await other.send(target.address, "third")).toBe("accepted");
          await expect.poll(printed).toMatch(/received third/);
        }, "2");

        await using responder = await AmqpProgram.logIn(url, target.login, secret, "");
        responder.answer(target.address, (body) => (body === "question 1" ? "answer 1" : undefined));
        const printed = await runProgram(by(asking), secret, "");
        expect(printed).toMatch(/^reply answer 1 after [\d.]+ ?(ms|µs|s)$/m);
        expect(printed).toMatch(/^no reply$/m);
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
          await expect.poll(async () => { await publisher.send(target.address, "published"); return printed; }, { timeout: startMs }).toMatch(/^received published/m);
          await first;
          expect(await publisher.send(target.address, "while nobody received")).toBe("accepted");
          expect(await runProgram(receiver, secret, "", "1")).toMatch(/^received /m);
        });
      }
    }
  });
});
