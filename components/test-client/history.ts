import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { z } from "zod";
import { type MessageDraft, messageDraftSchema } from "./message-draft.ts";

const maxUnnamed = 200;
const maxNamed = 200;
/** Bodies beyond it are not kept: the list is for messages that somebody typed. */
const maxBodyCharacters = 256 * 1024;

export interface KeptSend {
  readonly id?: number;
  /** E-mail address of the person whose it is. */
  readonly person: string;
  readonly at: string;
  /** `<tenant>/<space>`. */
  readonly space: string;
  readonly address: string;
  /** Given by the person to find it again; unnamed ones make room for newer ones. */
  readonly name: string;
  readonly draft: MessageDraft;
  readonly sent: number;
}

interface HistorySchema extends DBSchema {
  sends: { key: number; value: KeptSend; indexes: { person: string } };
}

let database: Promise<IDBPDatabase<HistorySchema>> | undefined;

function open(): Promise<IDBPDatabase<HistorySchema>> {
  database ??= openDB<HistorySchema>("postroom-test-client", 1, {
    upgrade(db) {
      db.createObjectStore("sends", { keyPath: "id", autoIncrement: true }).createIndex("person", "person");
    },
  });
  return database;
}

const secretName = /secret|passw|token|authorization|api[-_ ]?key|credential|private[-_ ]?key/i;
const masked = "•••";

function maskJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskJson);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, secretName.test(name) ? masked : maskJson(member)]));
}

function maskBody({ format, body }: MessageDraft): string {
  if (body.length > maxBodyCharacters) return "";
  if (format !== "json" || !secretName.test(body)) return body;
  try {
    return JSON.stringify(maskJson(JSON.parse(body)), null, 2);
  } catch {
    return "";
  }
}

function maskRows(values: MessageDraft["properties"]): MessageDraft["properties"] {
  return values.map((row) => (secretName.test(row.name) ? { ...row, type: "string", value: masked } : row));
}

/** The draft without what looks like a secret by its name: nobody asked for that to be kept. */
export function withoutSecrets(draft: MessageDraft): MessageDraft {
  return { ...draft, body: maskBody(draft), properties: maskRows(draft.properties), annotations: maskRows(draft.annotations), deliveryAnnotations: maskRows(draft.deliveryAnnotations), footer: maskRows(draft.footer) };
}

/** Keeps a send in this browser, for this person; the oldest unnamed ones go. */
export async function keepSend(send: Omit<KeptSend, "id" | "name">): Promise<void> {
  const db = await open();
  const transaction = db.transaction("sends", "readwrite");
  await transaction.store.add({ ...send, name: "", draft: withoutSecrets(send.draft) });
  const keys = (await transaction.store.index("person").getAll(send.person)).filter(({ name }) => name === "").map(({ id }) => id!);
  for (const id of keys.slice(0, Math.max(0, keys.length - maxUnnamed))) await transaction.store.delete(id);
  await transaction.done;
}

/** What the person has sent from this browser, newest first. Entries of an older form that no longer fit are left out. */
export async function listSends(person: string): Promise<KeptSend[]> {
  const sends = await (await open()).getAllFromIndex("sends", "person", person);
  return sends.filter(({ draft }) => messageDraftSchema.safeParse(draft).success || draft.body === "").toReversed();
}

/** @returns why it cannot have the name; undefined when it has it */
export async function nameSend(person: string, id: number, name: string): Promise<string | undefined> {
  const db = await open();
  const sends = await db.getAllFromIndex("sends", "person", person);
  const send = sends.find((each) => each.id === id);
  if (send === undefined) return "It is gone.";
  if (name !== "" && send.name === "" && sends.filter((each) => each.name !== "").length >= maxNamed) return `At most ${maxNamed} can have a name. Take one from another first.`;
  await db.put("sends", { ...send, name: z.string().max(100).parse(name) });
  return undefined;
}

export async function forgetSend(id: number): Promise<void> {
  await (await open()).delete("sends", id);
}

/** Forgets everything that has no name. */
export async function forgetUnnamed(person: string): Promise<void> {
  const db = await open();
  const transaction = db.transaction("sends", "readwrite");
  for (const { id, name } of await transaction.store.index("person").getAll(person)) if (name === "") await transaction.store.delete(id!);
  await transaction.done;
}

const keepsKey = "postroom.test-client.keeps-history";

/** Whether sends are kept in this browser; they are unless the person has said no. */
export function keepsHistory(): boolean {
  return localStorage.getItem(keepsKey) !== "no";
}

export function setKeepsHistory(isKept: boolean): void {
  if (isKept) localStorage.removeItem(keepsKey);
  else localStorage.setItem(keepsKey, "no");
}
