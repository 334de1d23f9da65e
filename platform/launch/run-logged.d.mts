export interface RunLoggedOptions {
  readonly logPath: string;
  readonly signal: AbortSignal;
  readonly timeoutSeconds: number;
  readonly explain: (log: string, reason: string) => string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
}
export function runLogged(command: string, args: readonly string[], options: RunLoggedOptions): Promise<void>;
