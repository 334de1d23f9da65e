import { expect, test } from "@playwright/test";
import { addressTypes, takesMessages } from "#contracts/addresses/address-type.ts";
import { credentialLogin } from "#contracts/naming.ts";
import { snippetsFor } from "#contracts/snippets/snippets.ts";
import { AmqpProgram } from "../support/amqp-program.ts";
import { apiOf, settled } from "../support/api.ts";
import { fetchGoAmqp, fetchQpidJms, runSnippet } from "./run-snippet.ts";

const tenant = "acme";
const space = "default";

/** What a subscription's program is to receive. */
async function sendTo(topic: string, login: string, secret: string, url: string): Promise<void> {
  await using program = await AmqpProgram.logIn(url, login, secret, "");
  expect(await program.send(topic, "Hello from the topic")).toBe("accepted");
}

test.describe("programs with an application credential", () => {
  test.beforeAll(async () => {
    test.setTimeout(300_000);
    await fetchQpidJms();
    await fetchGoAmqp();
  });

  for (const type of addressTypes) {
    for (const tls of [false, true]) {
      test(`send and receive on a ${type} over ${tls ? "AMQPS" : "AMQP"} with the console's own snippets`, async ({ request }) => {
        test.setTimeout(180_000);
        const developer = await apiOf("dev@acme.test");
        const owner = await apiOf("owner@acme.test");
        const suffix = crypto.randomUUID().slice(0, 8);
        const name = `programs/${type}-${suffix}`;
        const credentialName = `programs-${suffix}`;
        const scope = { tenant, space };

        const topic = type === "subscription" ? `${name}/topic` : "";
        if (topic !== "") await developer.addresses.create.mutate({ ...scope, type: "topic", name: topic, planId: "topic-small" });
        const [choice] = await developer.plans.listChoices.query({ ...scope, type });
        await developer.addresses.create.mutate({ ...scope, type, name, topic, planId: choice?.id ?? "" });
        const { secret } = await owner.credentials.create.mutate({
          ...scope,
          name: credentialName,
          permissions: [{ operations: ["send", "recv"], pattern: "programs/*" }],
        });
        await settled(() => developer.addresses.get.query({ ...scope, name }));
        await settled(async () => {
          const credentials = await owner.credentials.list.query(scope);
          return credentials.find((credential) => credential.name === credentialName);
        });

        const { endpoints } = await developer.spaces.get.query(scope);
        const endpoint = new URL((tls ? endpoints.amqps : endpoints.amqp) ?? "");
        const certificate = await (await request.get("/api/certificate")).text();
        const snippets = snippetsFor({
          host: endpoint.hostname,
          port: Number(endpoint.port),
          tls,
          address: name,
          addressType: type,
          login: credentialLogin(tenant, space, credentialName),
        });
        for (const snippet of snippets) {
          await test.step(snippet.title, async () => {
            if (topic !== "") await sendTo(topic, credentialLogin(tenant, space, credentialName), secret, endpoints.amqp ?? "");
            const printed = await runSnippet(snippet, secret, certificate);
            expect(printed).toMatch(/^received Hello from /m);
            if (takesMessages(type)) expect(printed).toMatch(/^accepted$/m);
          });
        }

        await owner.credentials.delete.mutate({ ...scope, name: credentialName });
        await developer.addresses.delete.mutate({ ...scope, name: topic === "" ? name : topic });
      });
    }
  }
});
