import { type DBSchema, type IDBPDatabase, openDB } from "idb";
import { z } from "zod";
import { type MessageDraft, messageDraftSchema } from "./message-draft.ts";
import { withoutSecrets } from "./secrets.ts";

const maxUnnamed = 200;
const maxNamed = 200;
/** Bodies beyond it are not kept: the list is for messages that somebody typed. */
const maxBodyCharacters = 256 * 1024;

export interface KeptSend {
  readonly id?: number;
  /** Id of the person whose it is; nobody else is shown it. */
  readonly person: string;
  readonly at: string;
  /** `<tenant>/<space>`. */
  readonly space: string;
  readonly address: string;
  /** Given by the person to find it again; unnamed ones make room for newer ones. */
  readonly name: string;
  readonly draft: MessageDraft;
  /** Something of the draft was left out, a secret or a body that is too long: it has to be typed again before it is sent. */
  readonly isPartial: boolean;
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

/** Keeps a send in this browser, for this person; the oldest unnamed ones go. */
export async function keepSend(send: Omit<KeptSend, "id" | "name" | "isPartial">): Promise<void> {
  const draft = send.draft.body.length > maxBodyCharacters ? { ...send.draft, body: "" } : send.draft;
  const kept = withoutSecrets(draft);
  const db = await open();
  const transaction = db.transaction("sends", "readwrite");
  await transaction.store.add({ ...send, name: "", draft: kept, isPartial: kept !== send.draft });
  const keys = (await transaction.store.index("person").getAll(send.person)).filter(({ name }) => name === "").map(({ id }) => id!);
  for (const id of keys.slice(0, Math.max(0, keys.length - maxUnnamed))) await transaction.store.delete(id);
  await transaction.done;
}

/** What the person has sent from this browser, newest first. Entries of an older form that no longer fit are left out. */
export async function listSends(person: string): Promise<KeptSend[]> {
  const sends = await (await open()).getAllFromIndex("sends", "person", person);
  return sends.filter(({ draft, isPartial }) => isPartial || messageDraftSchema.safeParse(draft).success).toReversed();
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

/** Forgets one send of this person; another's stays. */
export async function forgetSend(person: string, id: number): Promise<void> {
  const db = await open();
  const transaction = db.transaction("sends", "readwrite");
  if ((await transaction.store.get(id))?.person === person) await transaction.store.delete(id);
  await transaction.done;
}

/** Forgets everything that has no name. */
export async function forgetUnnamed(person: string): Promise<void> {
  const db = await open();
  const transaction = db.transaction("sends", "readwrite");
  for (const { id, name } of await transaction.store.index("person").getAll(person)) if (name === "") await transaction.store.delete(id!);
  await transaction.done;
}

const keepsKey = (person: string): string => `postroom.test-client.keeps-history.${person}`;

/** Whether this person's sends are kept in this browser; they are unless the person has said no. */
export function keepsHistory(person: string): boolean {
  return localStorage.getItem(keepsKey(person)) !== "no";
}

export function setKeepsHistory(person: string, isKept: boolean): void {
  if (isKept) localStorage.removeItem(keepsKey(person));
  else localStorage.setItem(keepsKey(person), "no");
}
