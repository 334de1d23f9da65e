/** A real part that the provisioner drives: a broker, a gateway, Keycloak. */
export interface Part {
  /** What people call it, for example `the broker main`. */
  readonly title: string;
  readonly connected: boolean;
  /** Why it cannot be used now, as the end of a sentence that starts with the title; undefined when it can. */
  readonly reason: string | undefined;
  start(): void;
  close(): Promise<void>;
}

export interface PartEvents {
  readonly onConnected?: () => void;
  readonly onDisconnected?: (reason: string) => void;
}
