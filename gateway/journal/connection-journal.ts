import type { ClientEventKind } from "#contracts/connections/client-event.ts";
import { condition } from "../amqp/codes.ts";
import { FieldList } from "../amqp/field-list.ts";
import { type AttachFrame, type ErrorFields, readError } from "../amqp/performatives.ts";
import type { Directory, SpaceEntry } from "../directory/directory.ts";
import type { LinkWatcher } from "../engine/connection-host.ts";
import type { Link } from "../engine/link.ts";
import type { Proof } from "../policy/authenticator.ts";
import type { Identity } from "../policy/identity.ts";
import type { ClientHappening, ClientJournal } from "./client-journal.ts";

const maxNameCharacters = 256;
const maxTextCharacters = 500;

/** What the journal must know of a client connection. */
export interface JournaledConnection {
  readonly amqp: { readonly number: number; readonly stream: { readonly remoteAddress: string } };
  readonly identity: Identity | null;
  readonly containerId: string;
}

/** Writes down what happens on one client connection. */
export class ConnectionJournal implements LinkWatcher {
  readonly #journal: ClientJournal;
  readonly #connection: JournaledConnection;
  /** The client was let in, so that its end is one too. */
  #isIn = false;

  constructor(journal: ClientJournal, connection: JournaledConnection) {
    this.#journal = journal;
    this.#connection = connection;
  }

  /** A login that names no space that is here is nobody's event. */
  loginRefused(directory: Directory, proof: Proof | null, reason: string): void {
    const space = proof === null ? undefined : spaceOfLogin(directory, proof.login);
    if (space === undefined || proof === null) return;
    const isKnown = directory.credentials.has(proof.login);
    const { remoteAddress } = this.#connection.amqp.stream;
    // Whoever guesses logins would make an event of each.
    this.#note("login-refused", space.name, { login: shortened(proof.login), text: reason }, [isKnown ? proof.login : "", remoteAddress, reason]);
  }

  connected(): void {
    this.#isIn = true;
    this.#noteOfClient("connected", {});
  }

  connectionRefused(error: ErrorFields): void {
    this.#noteOfClient("connection-refused", wordsOf(error), error.condition);
  }

  /** @param reason as the connection says it: a condition and words, or words alone */
  closed(reason: string): void {
    if (!this.#isIn) return;
    const [, named = "", words = ""] = /^([a-z]+(?::[a-z-]+)+): (.*)$/s.exec(reason) ?? [];
    this.#noteOfClient("closed", named === "" ? { text: reason } : wordsOf({ condition: named, description: words }), named);
  }

  attached(link: Link): void {
    this.#noteOfLink("attached", link, {});
  }

  attachRefused(link: Link, attach: AttachFrame, error: ErrorFields): void {
    const asked = (attach.isReceiver ? attach.source : attach.target)?.address ?? "";
    this.#noteOfLink("attach-refused", link, { ...wordsOf(error), address: shortened(asked) }, asked, error.condition);
  }

  detached(link: Link, error: ErrorFields | null): void {
    const words = wordsOf(error);
    this.#noteOfLink("detached", link, words, link.addressName, words.condition);
    if (error?.condition === condition.messageSizeExceeded && !link.isSender) this.#noteMessage("message-refused", link, error);
  }

  rejected(link: Link, buffer: Buffer, stateStart: number, stateEnd: number): void {
    this.#noteMessage("message-rejected", link, readError(FieldList.read(buffer, stateStart, stateEnd).list(0)));
  }

  refused(link: Link, buffer: Buffer, stateStart: number, stateEnd: number): void {
    this.#noteMessage("message-refused", link, readError(FieldList.read(buffer, stateStart, stateEnd).list(0)));
  }

  #noteMessage(kind: ClientEventKind, link: Link, error: ErrorFields | null): void {
    const words = wordsOf(error);
    this.#noteOfClient(kind, { ...words, ...placeOf(link) }, this.#connection.amqp.number, link.number, words.condition);
  }

  #noteOfLink(kind: ClientEventKind, link: Link, more: Partial<ClientHappening>, ...sameAs: string[]): void {
    const place = placeOf(link);
    this.#noteOfClient(kind, { ...place, ...more }, place.role, ...(sameAs.length === 0 ? [place.address] : sameAs));
  }

  #noteOfClient(kind: ClientEventKind, more: Partial<ClientHappening>, ...sameAs: (string | number)[]): void {
    const { identity, containerId, amqp } = this.#connection;
    if (identity === null) return;
    const { login, space, credential } = identity;
    const container = shortened(containerId);
    const own = { connection: amqp.number, container, login: shortened(login), isPerson: credential === null };
    this.#note(kind, space.name, { ...own, ...more }, [login, container, amqp.stream.remoteAddress, ...sameAs]);
  }

  #note(kind: ClientEventKind, space: string, more: Partial<ClientHappening>, sameAs: readonly (string | number)[]): void {
    const { remoteAddress } = this.#connection.amqp.stream;
    this.#journal.note({ connection: 0, container: "", login: "", isPerson: false, address: "", role: "", condition: "", text: "", ...more, kind, space, remoteAddress }, sameAs);
  }
}

function placeOf(link: Link): { address: string; role: "sender" | "receiver" } {
  return { address: shortened(link.addressName), role: link.isSender ? "receiver" : "sender" };
}

function wordsOf(error: ErrorFields | null): { condition: string; text: string } {
  return { condition: shortened(error?.condition ?? ""), text: (error?.description ?? "").slice(0, maxTextCharacters) };
}

function shortened(name: string): string {
  return name.slice(0, maxNameCharacters);
}

/** The space that a login is of, by what it is called: `<tenant>.<space>.<name>`. */
function spaceOfLogin({ credentials, spaces }: Directory, login: string): SpaceEntry | undefined {
  const known = credentials.get(login)?.settings.space;
  return spaces.get(known ?? login.split(".", 2).join("."));
}
