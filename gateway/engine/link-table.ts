import type { Link } from "./link.ts";

/** The links of a session, by the peer's handle and by ours. */
export class LinkTable {
  readonly #remote = new Map<number, Link>();
  readonly #local: (Link | undefined)[] = [];
  /** No handle below this one is free. */
  #freeFrom = 0;
  /** Links of ours that the peer has not answered, oldest first. */
  readonly #unanswered: Link[] = [];

  get all(): Link[] {
    return this.#local.filter((link) => link !== undefined);
  }

  at(remoteHandle: number): Link | undefined {
    return this.#remote.get(remoteHandle);
  }

  /** Our lowest free handle. */
  get freeHandle(): number {
    while (this.#local[this.#freeFrom] !== undefined) this.#freeFrom += 1;
    return this.#freeFrom;
  }

  add(link: Link): void {
    this.#local[link.localHandle] = link;
    this.#unanswered.push(link);
  }

  setRemote(remoteHandle: number, link: Link): void {
    link.remoteHandle = remoteHandle;
    this.#remote.set(remoteHandle, link);
    this.#forgetUnanswered(link);
  }

  freeRemote(remoteHandle: number): void {
    this.#remote.delete(remoteHandle);
  }

  remove(link: Link): void {
    if (this.#local[link.localHandle] === link) {
      this.#local[link.localHandle] = undefined;
      this.#freeFrom = Math.min(this.#freeFrom, link.localHandle);
    }
    if (link.remoteHandle < 0) this.#forgetUnanswered(link);
    if (this.#remote.get(link.remoteHandle) === link) this.#remote.delete(link.remoteHandle);
  }

  /** The link of ours that the peer's attach answers. */
  waitingFor(name: string, isSender: boolean): Link | undefined {
    return this.#unanswered.find((link) => link.isSender === isSender && link.name === name);
  }

  #forgetUnanswered(link: Link): void {
    const index = this.#unanswered.indexOf(link);
    if (index >= 0) this.#unanswered.splice(index, 1);
  }
}
