import { type FSWatcher, readFileSync, watch } from "node:fs";
import { dirname } from "node:path";
import { createSecureContext, type SecureContextOptions } from "node:tls";

const settleMs = 200;

/** The certificate, read again when its files change: new handshakes get the new one, connections that stand keep theirs. */
export class ReloadingCertificate {
  #options: SecureContextOptions;
  readonly #certificateFile: string;
  readonly #keyFile: string;
  readonly #watchers: FSWatcher[];
  readonly #onProblem: (error: Error) => void;
  readonly #users: ((options: SecureContextOptions) => void)[] = [];
  #timer: NodeJS.Timeout | null = null;

  /**
   * @param onProblem told when changed files cannot be used; the former certificate then stays
   * @throws when the files cannot be read or used at the start
   */
  constructor(certificateFile: string, keyFile: string, onProblem: (error: Error) => void) {
    this.#certificateFile = certificateFile;
    this.#keyFile = keyFile;
    this.#onProblem = onProblem;
    this.#options = this.#read();
    const folders = new Set([dirname(certificateFile), dirname(keyFile)]);
    this.#watchers = [...folders].map((folder) => watch(folder, { persistent: false }, () => this.#reloadSoon()));
  }

  get options(): SecureContextOptions {
    return this.#options;
  }

  /** @param use told of each later certificate */
  onChange(use: (options: SecureContextOptions) => void): void {
    this.#users.push(use);
  }

  close(): void {
    for (const watcher of this.#watchers) watcher.close();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Reads both files and proves that they belong together. */
  #read(): SecureContextOptions {
    const options: SecureContextOptions = { cert: readFileSync(this.#certificateFile), key: readFileSync(this.#keyFile), minVersion: "TLSv1.2" };
    createSecureContext(options);
    return options;
  }

  /** Certificate and key change one after the other; wait until both are there. */
  #reloadSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      try {
        this.#options = this.#read();
        for (const use of this.#users) use(this.#options);
      } catch (error) {
        this.#onProblem(error as Error);
      }
    }, settleMs).unref();
  }
}
