import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { prepareArtemis } from "../../../platform/artemis.ts";
import type { PlatformFile } from "../../../platform/platform-file.ts";
import { SupervisedPart } from "../../../platform/processes.ts";
import { resolveProfile } from "../../../platform/profile.ts";
import { loadSecrets } from "../../../platform/secret-files.ts";
import { freePorts } from "./gateway-process.ts";

/**
 * An Artemis of a test's own, configured as the platform's, in a temporary folder: raw bytes sent straight at a broker can
 * stop it for everybody (Artemis 2.56 loops for ever on some input before the login).
 */
export class OwnBroker implements AsyncDisposable {
  #part: SupervisedPart;
  readonly #folder: string;
  readonly artemis: PlatformFile["artemis"];

  private constructor(part: SupervisedPart, folder: string, artemis: PlatformFile["artemis"]) {
    this.#part = part;
    this.#folder = folder;
    this.artemis = artemis;
  }

  /** @throws Error when it is not ready within two minutes */
  static async start(): Promise<OwnBroker> {
    const folder = await mkdtemp(join(tmpdir(), "postroom-broker-"));
    try {
      const [port] = (await freePorts(1)) as [number];
      const secrets = await loadSecrets(folder);
      const profile = resolveProfile("test", {});
      const command = await prepareArtemis({ ...profile, stateDirectory: folder, ports: { ...profile.ports, artemis: port } }, secrets);
      const part = new SupervisedPart(command, folder, () => undefined);
      await part.start(new AbortController().signal);
      return new OwnBroker(part, folder, {
        host: "127.0.0.1",
        port,
        gateway: { username: "gateway", password: secrets.gatewayBrokerPassword },
        provisioner: { username: "provisioner", password: secrets.provisionerBrokerPassword },
      });
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  /** Its process, which leads a group of its own. */
  get pid(): number {
    return this.#part.pid!;
  }

  /** Login of the user that may manage it. */
  get managementUrl(): string {
    const { host, port, provisioner } = this.artemis;
    return `amqp://${provisioner.username}:${provisioner.password}@${host}:${port}`;
  }

  /** What the gateway is to have in `BROKER_URLS`. */
  get brokerUrls(): string {
    const { host, port, gateway } = this.artemis;
    return `main=amqp://${gateway.username}:${gateway.password}@${host}:${port}`;
  }

  /** kill -9, and starts it again with what it has stored; resolves when it is ready. */
  async killAndRestart(): Promise<void> {
    const { command, pid } = this.#part;
    process.kill(-pid!, "SIGKILL");
    await this.#part.stop();
    this.#part = new SupervisedPart(command, this.#folder, () => undefined);
    await this.#part.start(new AbortController().signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#part.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
