import { expect } from "@playwright/test";
import { personToken } from "#platform/test-platform.ts";
import type { PublicError } from "#contracts/errors.ts";
import { failureOf, type Api } from "./fault-bed.ts";
import { test } from "./test.ts";

type Scope = { readonly tenant: string; readonly space: string };
type Expected = Pick<PublicError, "code" | "field"> & { readonly words: RegExp };

/** Names that must not pass, and the start of the sentence that says why. */
const badNames: readonly (readonly [what: string, name: string, words: RegExp])[] = [
  ["an empty one", "", /^Give the address a name/],
  ["one of 300 characters", "x".repeat(300), /^A name has at most 253 characters/],
  ["a pattern with #", "orders.#", /none of the characters/],
  ["a pattern with *", "orders/*", /none of the characters/],
  ["a pattern with +", "orders/+/in", /none of the characters/],
  ["a fully qualified queue name", "orders::orders", /none of the characters/],
  ["a percent-encoded one", "orders%2Fin", /none of the characters/],
  ["one with a backslash", "orders\\in", /none of the characters/],
  ["the management node", "$management", /does not start with \$/],
  ["the claims-based security node", "$cbs", /does not start with \$/],
  ["a router's internal one", "_topo", /does not start with/],
  ["one that starts with !", "!orders", /does not start with/],
  ["one with NUL", "orders\0", /no spaces, line breaks or invisible characters/],
  ["one with a right-to-left mark", "orders\u202Enimda", /no spaces, line breaks or invisible characters/],
  ["one with a zero-width space", "or\u200Bders", /no spaces, line breaks or invisible characters/],
  ["one with a space", "my orders", /no spaces, line breaks or invisible characters/],
  ["one with a line break", "orders\r\nx: y", /no spaces, line breaks or invisible characters/],
  ["half a surrogate pair", "orders\uD800", /no spaces, line breaks or invisible characters/],
  ["one that is not composed", "cafe\u0301", /composed \(NFC\)/],
  ["one with a Cyrillic letter among Latin ones", "\u043Erders", /letters of one alphabet/],
  ["one in full width", "\uFF4F\uFF52ders", /letters of one alphabet/],
  ["a way up the tree", "../other", /no empty word/],
  ["one that starts with /", "/orders", /no empty word/],
  ["one that ends with .", "orders.", /no empty word/],
  ["one with an empty word", "orders//in", /no empty word/],
];

test("names that could deceive or reach beyond the space are refused at their field, when validated and when created", async ({ bed }) => {
  const api = await bed.api("dev@acme.test");
  for (const [what, name, words] of badNames) {
    const input = { ...bed.scope, type: "queue", name, planId: "queue-small" } as const;
    for (const call of [() => api.addresses.create.mutate(input), () => api.addresses.validate.query({ ...input, step: "name" })]) {
      expect(await failureOf(call()), what).toMatchObject({ code: "invalid-input", field: "name", message: expect.stringMatching(words) });
    }
  }
  expect(await bed.sql.query("SELECT name FROM address WHERE name = ANY ($1)", [badNames.map(([, name]) => name).filter((name) => name.isWellFormed() && !name.includes("\0"))])).toMatchObject({ rowCount: 0 });
});

test("names that only look like another tenant's or the broker's own are names like any other, inside the space", async ({ bed }) => {
  const api = await bed.api("dev@acme.test");
  for (const name of ["activemq.management", "globex.default.qs.orders", "dlq.all"]) {
    await api.addresses.create.mutate({ ...bed.scope, type: "queue", name, planId: "queue-small" });
    await expect.poll(async () => (await api.addresses.get.query({ ...bed.scope, name })).phase).toBe("Active");
    expect(await bed.observer.onBroker()).toContain(`qs.${name}`);
  }
});

test("every other wrong input is refused with a code, its field and words", async ({ bed }) => {
  const api = await bed.api("dev@acme.test");
  const owner = await bed.api("owner@acme.test");
  await api.addresses.create.mutate({ ...bed.scope, type: "queue", name: "taken/once", planId: "queue-small" });
  await owner.credentials.create.mutate({ ...bed.scope, name: "taken", permissions: [{ operations: ["send"], pattern: "*" }] });
  const create = (api_: Api, changes: object) => api_.addresses.create.mutate({ ...bed.scope, type: "queue", name: "good", planId: "queue-small", ...changes });
  const grant = (changes: object) => owner.credentials.create.mutate({ ...bed.scope, name: "good", permissions: [{ operations: ["send"], pattern: "*" }], ...changes });
  const foreign: Scope = { tenant: "globex", space: "default" };
  const nobody = await bed.api(null);
  const foreignToken = await personToken("dev@acme.test");
  const cases: Record<string, [() => Promise<unknown>, Expected]> = {
    "an unknown type": [() => create(api, { type: "stream" }), { code: "invalid-input", field: "type", words: /^Choose queue, topic, subscription, anycast or multicast/ }],
    "an unknown plan": [() => create(api, { planId: "queue-gigantic" }), { code: "invalid-input", field: "planId", words: /plan/ }],
    "a plan of another type": [() => create(api, { planId: "topic-small" }), { code: "invalid-input", field: "planId", words: /topic|queue/ }],
    "no plan": [() => create(api, { planId: "" }), { code: "invalid-input", field: "planId", words: /^Choose a plan/ }],
    "a name that is taken": [() => create(api, { name: "taken/once" }), { code: "already-exists", field: "name", words: /taken\/once/ }],
    "a name that is taken in another spelling": [() => create(api, { name: "taken.once", type: "topic", planId: "topic-small" }), { code: "already-exists", field: "name", words: /taken\/once/ }],
    "an address that is not there": [() => api.addresses.delete.mutate({ ...bed.scope, name: "nobody" }), { code: "not-found", words: /nobody/ }],
    "a test of an address that is not there": [() => api.testClient.open.mutate({ ...bed.scope, name: "nobody" }), { code: "not-found", words: /nobody/ }],
    "a filter that is none": [() => api.addresses.list.query({ ...bed.scope, phase: ["Broken" as never] }), { code: "invalid-input", field: "phase.0", words: /\w+ \w+/ }],
    "a page of a million": [() => api.addresses.list.query({ ...bed.scope, limit: 1_000_000 }), { code: "invalid-input", field: "limit", words: /\w+ \w+/ }],
    "a made-up cursor": [() => api.addresses.list.query({ ...bed.scope, cursor: "made-up" }), { code: "invalid-input", field: "cursor", words: /\w+ \w+/ }],
    "a credential's name that is taken": [() => grant({ name: "taken" }), { code: "already-exists", field: "name", words: /taken/ }],
    "a credential's bad name": [() => grant({ name: "Not A Slug" }), { code: "invalid-input", field: "name", words: /lower-case/ }],
    "a credential that may do nothing": [() => grant({ permissions: [] }), { code: "invalid-input", field: "permissions", words: /^Give at least one permission/ }],
    "a pattern with its star in the middle": [() => grant({ permissions: [{ operations: ["send"], pattern: "a*b" }] }), { code: "invalid-input", field: "permissions.0.pattern", words: /^Give an address name/ }],
    "a right that the caller does not hold": [() => api.credentials.delete.mutate({ ...bed.scope, name: "taken" }), { code: "forbidden", words: /credential:delete \(tenant-admin\)/ }],
    "a tenant that the caller is not in": [() => create(api, foreign), { code: "not-found", words: /\w+ \w+/ }],
    "a tenant that does not exist": [() => create(api, { tenant: "no-such-tenant" }), { code: "not-found", words: /\w+ \w+/ }],
    "a space that does not exist": [() => create(api, { space: "no-such-space" }), { code: "not-found", words: /\w+ \w+/ }],
    "a tenant's slug that is none": [() => create(api, { tenant: "../acme" }), { code: "invalid-input", field: "tenant", words: /lower-case/ }],
    "nobody's call": [() => nobody.spaces.get.query(bed.scope), { code: "unauthenticated", words: /^You are not logged in\. Log in/ }],
    "a token of another client": [() => bed.apiWithToken(foreignToken).spaces.get.query(bed.scope), { code: "unauthenticated", words: /^You are not logged in\. Log in/ }],
    "a token that is none": [() => bed.apiWithToken("eyJhbGciOiJub25lIn0.e30.").spaces.get.query(bed.scope), { code: "unauthenticated", words: /^You are not logged in\. Log in/ }],
  };
  for (const [what, [call, { code, field, words }]] of Object.entries(cases)) {
    const failure = await failureOf(call()).catch((error: Error) => ({ code: error.message }));
    expect.soft(failure, what).toMatchObject({ code, message: expect.stringMatching(words), ...(field === undefined ? {} : { field }) });
  }
  const [foreignTenant, noTenant] = await Promise.all([failureOf(create(api, foreign)), failureOf(create(api, { tenant: "no-such-tenant" }))]);
  expect(foreignTenant.message.replace("globex", "no-such-tenant"), "a foreign tenant and none at all must look the same").toBe(noTenant.message);
  expect(await bed.sql.query("SELECT 1 FROM address WHERE name = 'good'")).toMatchObject({ rowCount: 0 });
  expect(await bed.sql.query("SELECT 1 FROM credential WHERE name = 'good'")).toMatchObject({ rowCount: 0 });
});
