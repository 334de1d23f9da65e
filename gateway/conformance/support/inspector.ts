import { WebSocket } from "ws";

const answerMilliseconds = 30_000;

interface Answer {
  readonly id?: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
  readonly error?: { readonly message: string };
}

/** Node's own inspector of a process that was started with `--inspect`. */
export class Inspector implements Disposable {
  readonly #socket: WebSocket;
  #requests = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  /** @param port that of the process' `--inspect` */
  static async connect(port: number): Promise<Inspector> {
    const response = await fetch(`http://127.0.0.1:${port}/json`, { signal: AbortSignal.timeout(answerMilliseconds) });
    const [target] = (await response.json()) as { webSocketDebuggerUrl: string }[];
    const socket = new WebSocket(target!.webSocketDebuggerUrl);
    await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
    return new Inspector(socket);
  }

  /** Collects all garbage. @returns bytes that are still in use, in the heap and in buffers outside of it */
  async retainedBytes(): Promise<number> {
    // What a first collection finalizes is free after a second one only.
    for (let turn = 0; turn < 2; turn++) await this.#ask("HeapProfiler.collectGarbage", {});
    const { result } = await this.#ask("Runtime.evaluate", { expression: "(({ heapUsed, external }) => heapUsed + external)(process.memoryUsage())", returnByValue: true });
    return Number(result?.result?.value);
  }

  #ask(method: string, params: object): Promise<Answer> {
    const id = ++this.#requests;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`The inspector does not answer ${method}.`)), answerMilliseconds);
      const onMessage = (data: Buffer): void => {
        const answer = JSON.parse(data.toString()) as Answer;
        if (answer.id !== id) return;
        clearTimeout(timer);
        this.#socket.off("message", onMessage);
        if (answer.error === undefined) resolve(answer);
        else reject(new Error(answer.error.message));
      };
      this.#socket.on("message", onMessage);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }

  [Symbol.dispose](): void {
    this.#socket.terminate();
  }
}
