import type { Link } from "./link.ts";

/** The links of a session, by the peer's handle and by ours. */
export class LinkTable {
  readonly #remote = new Map<number, Link>();
  readonly #local: (Link | undefined)[] = [];

  get all(): Link[] {
    return this.#local.filter((link) => link !== undefined);
  }

  at(remoteHandle: number): Link | undefined {
    return this.#remote.get(remoteHandle);
  }

  /** Our lowest free handle. */
  get freeHandle(): number {
    let handle = 0;
    while (this.#local[handle] !== undefined) handle += 1;
    return handle;
  }

  add(link: Link): void {
    this.#local[link.localHandle] = link;
  }

  setRemote(remoteHandle: number, link: Link): void {
    link.remoteHandle = remoteHandle;
    this.#remote.set(remoteHandle, link);
  }

  freeRemote(remoteHandle: number): void {
    this.#remote.delete(remoteHandle);
  }

  remove(link: Link): void {
    if (this.#local[link.localHandle] === link) this.#local[link.localHandle] = undefined;
    if (this.#remote.get(link.remoteHandle) === link) this.#remote.delete(link.remoteHandle);
  }

  /** The link of ours that the peer's attach answers. */
  waitingFor(name: string, isSender: boolean): Link | undefined {
    return this.#local.find((link) => link !== undefined && link.remoteHandle < 0 && link.isSender === isSender && link.name === name);
  }
}
