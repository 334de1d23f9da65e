import { readFile } from "node:fs/promises";
import { paths } from "#contracts/paths.ts";
import { acme, makeAddress } from "../support/console.ts";
import { expect, test } from "../support/test.ts";
import { body, link, pane, received, send, start, total } from "./panes.ts";

/** A value of each simple type as it is typed, and as it is shown with its type where it arrives. */
const simpleValues: readonly (readonly [label: string, typed: string, type: string, shown?: string])[] = [
  ["Text", "seven", "string"], ["Boolean", "true", "boolean"], ["Byte", "-128", "byte"], ["Unsigned byte", "255", "ubyte"], ["Short", "-32768", "short"], ["Unsigned short", "65535", "ushort"],
  ["Integer", "-7", "int"], ["Unsigned integer", "4294967295", "uint"], ["Long", "-9007199254740991", "long"], ["Unsigned long", "9007199254740991", "ulong"], ["Float", "0.5", "float"], ["Double", "0.001", "double"],
  ["Timestamp", "2030-01-31T12:00:00Z", "timestamp", "2030-01-31T12:00:00.000Z"], ["UUID", "123e4567-e89b-12d3-a456-426614174000", "uuid"], ["Symbol", "x:y", "symbol"], ["Binary (hex)", "0a ff", "binary"],
];
const otherValues: typeof simpleValues = [
  ["List (JSON)", '[1, "two"]', "list"], ["Map (JSON)", '{"k": {"$float": 0.5}}', "map"], ["Array (JSON)", '{"$array": "int", "values": [1, 2]}', "array"], ["Character", "€", "char"], ["Null", "", "null"],
];

test("a body of any format, a value of any type and typed properties arrive as what they are, and a body can be saved", async ({ openAs }) => {
  test.setTimeout(180_000);
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", `${paths.testClient(acme.tenant, acme.space)}?send=${address.name}&receive=${address.name}`);
  await expect(link(page, "Send")).toContainText("may be sent now");
  await start(page);
  const form = pane(page, "Send");
  const detail = page.getByRole("region", { name: "Received message" });
  const choose = (format: string) => form.getByRole("group", { name: "Format of the body" }).getByRole("button", { name: format, exact: true }).click();
  let arrived = 0;
  const sendAndOpen = async () => {
    await send(page);
    arrived += 1;
    await total(page, arrived);
    await received(page).first().getByRole("button").click();
    await expect(detail).toBeVisible();
  };
  const saved = async () => {
    const download = page.waitForEvent("download");
    await detail.getByRole("button", { name: "Save the body" }).click();
    return readFile(await (await download).path());
  };
  const close = () => page.keyboard.press("Escape");

  await choose("XML");
  await body(page).fill("<order><weight>2</order>");
  await send(page);
  await expect(form.getByText("This is not well-formed XML.")).toBeVisible();
  const xml = "<order><weight>2</weight></order>";
  await body(page).fill(xml);
  await sendAndOpen();
  await expect(detail.getByRole("group", { name: "Body", exact: true })).toHaveText(/<order>\s+<weight>2<\/weight>\s+<\/order>/);
  expect((await saved()).toString()).toBe(xml);
  await close();

  const bytes = Buffer.from([0x00, 0x0a, 0xff]);
  await choose("Hex");
  for (const give of [() => body(page).fill("00 0a ff"), () => form.getByLabel("File for the body").setInputFiles({ name: "order.bin", mimeType: "application/octet-stream", buffer: bytes })]) {
    await give();
    await sendAndOpen();
    await expect(detail.getByText("Body: data, 3 bytes")).toBeVisible();
    expect(await saved()).toEqual(bytes);
    await close();
  }
  // What comes from a file and is no text stands there as Base64.
  await expect(body(page)).toHaveValue(bytes.toString("base64"));
  await choose("Sequence");
  await body(page).fill('[1, "two"]');
  await sendAndOpen();
  await expect(detail.getByText("Body: sequence")).toBeVisible();
  await close();

  await choose("AMQP value");
  for (const [label, typed, type] of [...simpleValues, ...otherValues]) {
    await form.getByRole("combobox", { name: "Type of the body" }).selectOption(label);
    await body(page).fill(typed);
    await sendAndOpen();
    await expect(detail.getByText(`Body: value, ${type}`, { exact: true })).toBeVisible();
    await close();
  }

  await choose("Text");
  await body(page).fill("typed");
  for (const [index, [label, typed, type]] of simpleValues.entries()) {
    await form.getByRole("button", { name: "Add a property" }).click();
    await form.getByRole("textbox", { name: `Name of property ${index + 1}`, exact: true }).fill(`of-${type}`);
    await form.getByRole("combobox", { name: `Type of property ${index + 1}`, exact: true }).selectOption(label);
    await form.getByRole("textbox", { name: `Value of property ${index + 1}`, exact: true }).fill(typed);
  }
  await sendAndOpen();
  for (const [, typed, type, shown = typed] of simpleValues) await expect(detail.getByRole("row", { name: `of-${type} ${shown} ${type}`, exact: true })).toBeVisible();
});

test("variables are filled in for each message, with the lines of a file of JSON lines among them", async ({ openAs }) => {
  await using address = await makeAddress("queue");
  const page = await openAs("dev@acme.test", `${paths.testClient(acme.tenant, acme.space)}?send=${address.name}&receive=${address.name}`);
  await expect(link(page, "Send")).toContainText("may be sent now");
  await start(page);
  await body(page).fill("{{counter}} {{random 7 7}} {{uuid}} {{now}} {{line}}");
  await pane(page, "Send").getByRole("textbox", { name: "Messages" }).fill("2");
  await send(page);
  await total(page, 2);
  const rest = String.raw`7 [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12} \d{4}-\d\d-\d\dT\S+Z \{\{line\}\}`;
  await expect(received(page)).toHaveText([new RegExp(`2 ${rest}`), new RegExp(`1 ${rest}`)]);

  const lines = ['{"id": 7, "to": {"city": "Bonn"}}', '{"id": 8}'];
  await pane(page, "Send").getByLabel("File with lines").setInputFiles({ name: "orders.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(lines.join("\n")) });
  await expect(pane(page, "Send").getByText("2 messages from orders.jsonl, with {{id}}, {{to}} and {{line}}.")).toBeVisible();
  await body(page).fill("order {{id}} of {{line}}");
  await send(page);
  await total(page, 4);
  await expect(received(page).nth(0)).toContainText(`order 8 of ${lines[1]}`);
  await expect(received(page).nth(1)).toContainText(`order 7 of ${lines[0]}`);
});
