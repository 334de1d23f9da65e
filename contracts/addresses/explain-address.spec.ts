import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { phases } from "../phases.ts";
import { addressTypes } from "./address-type.ts";
import { calmSentence, explainAddress, type AddressFacts, type AddressFigures, type RecentCounts } from "./explain-address.ts";
import type { ClientTrouble } from "./explain-clients.ts";
import { causes, findingSchema } from "./explanation.ts";

const at = "2026-11-28T09:12:00.000Z";
const earlier = "2026-11-28T08:00:00.000Z";
const numbers: AddressFigures = {
  depth: 0, senders: 0, receivers: 0, deadLetters: 0, oldestAt: null, inRate: 0, outRate: 0, growth: 0, noReceiversSince: null, waitingSince: null,
};
const recent: RecentCounts = { rejected: 0, rejectedAt: null, refused: 0, refusedAt: null, expired: 0, expiredAt: null, deadLettered: 0, deadLetteredAt: null, taken: 5, takenUnheard: 0 };
const quiet: AddressFacts = {
  name: "orders", type: "queue", phase: "Active", reason: null, createdAt: earlier, closure: null, lost: null, numbers, recent, receiverLinks: null, clients: [], subscriptions: 0,
  limits: { storedBytes: 1024 * 1024, maxMessageBytes: 1024, defaultTimeToLiveMs: null, maxTimeToLiveMs: 60_000, maxDeliveryAttempts: 5, maxConsumers: 2, whenFull: "reject", keepsDeadLetters: true },
};
const trouble: ClientTrouble = { kind: "attach-refused", login: "acme.default.shop", container: "shop-1", role: "sender", condition: "", text: "", count: 1, firstAt: at, at };

const facts = (changes: Partial<Omit<AddressFacts, "numbers" | "recent">>, figures: Partial<AddressFigures> = {}, counts: Partial<RecentCounts> = {}): AddressFacts => ({
  ...quiet, ...changes, numbers: { ...numbers, ...figures }, recent: { ...recent, ...counts },
});
const sinceOf = (figures: Partial<AddressFigures>) => explainAddress(facts({}, { depth: 1, ...figures }))[0]?.since;
const evidenceOfExpired = (maxTimeToLiveMs: number) => explainAddress(facts({ limits: { ...quiet.limits, maxTimeToLiveMs } }, {}, { expired: 1 }))[0]?.evidence.at(-1)?.text;
const causesOf = (known: AddressFacts) => explainAddress(known).map(({ cause }) => cause);

it.each([[604_800_000, "7 days"], [3_600_000, "1 hour"], [90_000, "90 seconds"], [1_500, "1.5 seconds"]])("says a time to live of %i ms as %s", (ms, words) => {
  expect(evidenceOfExpired(ms)).toBe(`The address keeps a message for at most ${words}, unless its sender says less.`);
});

describe("one cause", () => {
  it.each<[string, AddressFacts, string[], string]>([
    ["could not be set up", facts({ phase: "Failed", reason: "The broker refused it." }, { depth: 1 }), ["not-set-up", "no-consumer"], "could not be set up"],
    ["waits for its broker", facts({ phase: "Configuring", reason: "Waiting for the broker main." }), ["not-set-up"], "not set up yet"],
    ["a suspended tenant", facts({ closure: "Acme is suspended." }), ["tenant-closed"], "closed"],
    ["a queue without consumer", facts({}, { depth: 7214, noReceiversSince: at, waitingSince: earlier }), ["no-consumer"], "7,214 messages wait, and no consumer is attached"],
    ["an anycast address without consumer", facts({ type: "anycast" }, { senders: 1 }), ["no-consumer"], "1 sender waits, and no consumer is attached"],
    ["a topic without subscription", facts({ type: "topic" }, { senders: 1 }, { takenUnheard: 3 }), ["no-subscription"], "Nobody is subscribed, so 3 messages reached nobody"],
    ["a multicast address that nobody hears", facts({ type: "multicast" }, { senders: 1 }, { takenUnheard: 1 }), ["no-subscription"], "1 message reached nobody"],
    ["a consumer without credit", facts({ receiverLinks: { links: 1, withCredit: 0, unsettled: 10, holders: ["acme.default.shop"] } }, { depth: 12, receivers: 1, waitingSince: at }), ["no-credit"], "12 messages wait, and its 1 consumer asked for no more"],
    ["rejections of an unknown client", facts({}, { receivers: 1 }, { rejected: 2, rejectedAt: at }), ["rejected"], "Consumers rejected 2 messages"],
    ["expired messages", facts({}, { receivers: 1 }, { expired: 3, expiredAt: at }), ["expired"], "3 messages expired before a consumer took them"],
    ["dead letters", facts({}, { receivers: 1, deadLetters: 4 }, { deadLettered: 1, deadLetteredAt: at }), ["dead-lettered"], "1 message became dead letters"],
    ["refusals that nobody told of", facts({}, { receivers: 1 }, { refused: 1, refusedAt: at }), ["refused"], "1 message was refused to senders"],
    ["consumers that are too slow", facts({}, { depth: 9, receivers: 1, inRate: 9, outRate: 4, growth: 5 }), ["falling-behind"], "more come in than 1 consumer takes"],
    ["nothing sent", facts({}, {}, { taken: 0 }), ["nothing-sent"], "no sender is attached"],
    ["no permission", facts({ clients: [{ ...trouble, condition: "amqp:unauthorized-access", text: "This login may not send." }] }), ["no-permission"], "acme.default.shop tried to send without the permission"],
    ["full", facts({ clients: [{ ...trouble, kind: "message-refused", condition: "amqp:resource-limit-exceeded", count: 12 }] }, { receivers: 1 }, { refused: 12 }), ["full"], "It is full: it holds the 1 MiB that its plan allows, and 12 messages were refused"],
    ["full, before the next numbers", facts({ clients: [{ ...trouble, kind: "message-refused", condition: "amqp:resource-limit-exceeded", count: 12 }] }, {}, { taken: 0 }), ["full"], "It is full"],
    ["too large", facts({ clients: [{ ...trouble, kind: "message-refused", condition: "amqp:link:message-size-exceeded" }] }), ["too-large"], "1 message was refused as larger than the 1 KiB"],
    ["too many consumers", facts({ clients: [{ ...trouble, role: "receiver", condition: "amqp:resource-limit-exceeded" }] }, { receivers: 2 }), ["consumer-limit"], "it has 2 consumers, and 2 are allowed"],
    ["another refusal", facts({ clients: [{ ...trouble, condition: "amqp:internal-error" }] }), ["attach-refused"], "could not attach"],
    ["rejected by somebody", facts({ clients: [{ ...trouble, kind: "message-rejected", role: "receiver", condition: "app:bad", text: "not wanted", count: 2 }] }, { receivers: 1 }, { rejected: 2 }), ["rejected"], "acme.default.shop rejected 2 messages"],
  ])("%s is said in words", (_what, known, expected, words) => {
    expect(causesOf(known)).toEqual(expected);
    expect(explainAddress(known)[0]?.summary).toContain(words);
  });

  it("says who tried, how often and what they were told", () => {
    const [finding] = explainAddress(facts({ clients: [{ ...trouble, condition: "amqp:unauthorized-access", text: "This login may not send.", count: 3 }] }));
    expect(finding?.evidence[0]).toEqual({ text: "acme.default.shop (container shop-1) refused as sender, 3 times: This login may not send.", at });
    expect(finding?.step.place).toBe("credentials");
  });

  it("says since when a consumer is missing: since it went or the first message came, whatever was later", () => {
    expect(sinceOf({ noReceiversSince: earlier, waitingSince: at })).toBe(at);
    expect(sinceOf({ noReceiversSince: at, waitingSince: earlier })).toBe(at);
    expect(sinceOf({})).toBeNull();
  });
});

describe("what is not known", () => {
  it.each(["broker", "gateways"] as const)("is not concluded from while the %s do not answer", (part) => {
    const known = facts({ lost: { part, name: "main", since: at }, clients: [trouble] }, { depth: 5 }, { expired: 2 });
    expect(explainAddress(known)).toMatchObject([{ cause: part === "broker" ? "broker-down" : "gateways-down", since: at }]);
    expect(calmSentence(known)).toContain("not known");
  });

  it("is not concluded from before the first sample", () => {
    expect(explainAddress({ ...quiet, numbers: null, clients: [trouble] })).toEqual([]);
    expect(calmSentence({ ...quiet, numbers: null })).toContain("within seconds");
  });

  it("does not blame a consumer whose credit is not known, that has some, or that is being served", () => {
    const waiting = { depth: 5, receivers: 1 };
    expect(causesOf(facts({}, waiting))).toEqual([]);
    expect(causesOf(facts({ receiverLinks: { links: 2, withCredit: 1, unsettled: 0, holders: [] } }, waiting))).toEqual([]);
    expect(causesOf(facts({ receiverLinks: { links: 1, withCredit: 0, unsettled: 5, holders: [] } }, { ...waiting, outRate: 3 }))).toEqual([]);
  });

  it("does not say that a topic's messages are lost while a subscription keeps them", () => {
    expect(causesOf(facts({ type: "topic", subscriptions: 1 }, { senders: 1 }, { takenUnheard: 3 }))).toEqual([]);
    expect(causesOf(facts({ type: "topic", subscriptions: 1 }, { depth: 3, senders: 1 }))).toEqual([]);
    expect(causesOf(facts({ type: "subscription" }, { depth: 3 }))).toEqual(["no-consumer"]);
    expect(causesOf(facts({ type: "topic" }, { depth: 3, senders: 1 }, { takenUnheard: 3 }))).toEqual(["no-consumer"]);
  });
});

it("says of an address where all is well what goes on, and of an idle one that nothing waits", () => {
  expect(explainAddress(facts({}, { senders: 1, receivers: 2, inRate: 12.34, outRate: 12 }))).toEqual([]);
  expect(calmSentence(facts({}, { senders: 1, receivers: 2, inRate: 12.34, outRate: 12 }))).toBe("Messages flow: 12.3 in and 12 out a second.");
  expect(calmSentence(facts({}, { receivers: 1 }))).toBe("Nothing waits. 0 senders and 1 consumer is attached.");
});

const count = fc.constantFrom(0, 1, 2, 7214);
const moment = fc.constantFrom(null, at, earlier);
const someTrouble: fc.Arbitrary<ClientTrouble> = fc.record({
  kind: fc.constantFrom("attach-refused", "message-rejected", "message-refused"),
  login: fc.constantFrom("a", "b"),
  container: fc.constantFrom("", "a", "c"),
  role: fc.constantFrom("sender", "receiver", null),
  condition: fc.constantFrom("", "amqp:unauthorized-access", "amqp:resource-limit-exceeded", "amqp:link:message-size-exceeded", "app:x"),
  text: fc.constantFrom("", "Not wanted"),
  count: fc.integer({ min: 1, max: 9 }),
  firstAt: fc.constant(earlier),
  at: fc.constant(at),
});
const someFacts: fc.Arbitrary<AddressFacts> = fc.record({
  name: fc.constant("orders"),
  type: fc.constantFrom(...addressTypes),
  phase: fc.constantFrom(...phases),
  reason: fc.constantFrom(null, "A reason."),
  createdAt: fc.constant(earlier),
  closure: fc.constantFrom(null, "Closed."),
  lost: fc.constantFrom(null, { part: "broker", name: "main", since: at } as const),
  limits: fc.constant(quiet.limits),
  subscriptions: count,
  clients: fc.array(someTrouble, { maxLength: 9 }),
  receiverLinks: fc.option(fc.record({ links: count, withCredit: count, unsettled: count, holders: fc.constant(["a"]) })),
  numbers: fc.option(fc.record({ depth: count, senders: count, receivers: count, deadLetters: count, inRate: count, outRate: count, growth: count, noReceiversSince: moment, waitingSince: moment, oldestAt: moment })),
  recent: fc.record({ rejected: count, refused: count, expired: count, deadLettered: count, taken: count, takenUnheard: count, rejectedAt: moment, refusedAt: moment, expiredAt: moment, deadLetteredAt: moment }),
});

it("whatever the facts are, names each cause once, the weightiest first, each with evidence and a next step", () => {
  fc.assert(
    fc.property(someFacts, (known) => {
      const found = explainAddress(known);
      const order = found.map(({ cause }) => causes.indexOf(cause));
      expect(order).toEqual([...new Set(order)].sort((one, other) => one - other));
      for (const finding of found) {
        expect(findingSchema.safeParse(finding).success).toBe(true);
        expect(finding.evidence.length, finding.cause).toBeGreaterThan(0);
        expect(finding.step.text).not.toBe("");
        expect(finding.summary).not.toMatch(/\.$|undefined|null|NaN|\b1 (messages|consumers|senders)\b/);
      }
      expect(explainAddress(known)).toEqual(found);
    }),
    { numRuns: 500 },
  );
});
