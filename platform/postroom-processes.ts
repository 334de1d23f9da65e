import { delimiter, join } from "node:path";
import { consoleProgram } from "./console-build.ts";
import { gatewayProgram } from "./gateway-program.ts";
import type { Environment, PlatformFile } from "./platform-file.ts";
import type { PartCommand } from "./processes.ts";
import { projectDirectory, type Profile } from "./profile.ts";

const readySeconds = 300;

export interface ProcessOptions {
  /** Hot reload: `next dev`, and restart of the other two when a file of theirs changes; output goes to the terminal. */
  readonly isDevelopment: boolean;
  /** Folder of the console's build, relative to the checkout. */
  readonly distDirectory: string;
}

/** How the console, the provisioner and the gateway are run on a local platform. */
export function postroomProcesses(profile: Profile, platform: PlatformFile, options: ProcessOptions): PartCommand[] {
  const { isDevelopment } = options;
  const common = {
    command: process.execPath,
    cwd: projectDirectory,
    stopSignal: "SIGTERM",
    readySeconds,
    output: isDevelopment ? "inherit" : "log",
  } as const;
  const node = (program: readonly string[]): string[] => [
    "--disable-warning=ExperimentalWarning",
    ...(isDevelopment ? ["--watch", "--watch-preserve-output"] : []),
    ...program,
  ];
  return [
    {
      ...common,
      name: "console",
      title: "Console",
      args: [...consoleProgram, isDevelopment ? "dev" : "start", "--port", String(profile.ports.console), "--hostname", "127.0.0.1"],
      env: environment(platform.env.console, isDevelopment, { NEXT_DIST_DIR: options.distDirectory, NEXT_TELEMETRY_DISABLED: "1" }),
      isReady: isHealthy(`http://127.0.0.1:${profile.ports.console}/api/health`),
    },
    {
      ...common,
      name: "provisioner",
      title: "Provisioner",
      args: node([join(projectDirectory, "provisioner/main.ts")]),
      env: environment(platform.env.provisioner, isDevelopment),
      isReady: isHealthy(`http://127.0.0.1:${profile.ports.provisionerHealth}/health`),
    },
    {
      ...common,
      name: "gateway",
      title: "Gateway",
      args: node(gatewayProgram),
      env: environment(platform.env.gateway, isDevelopment),
      isReady: isHealthy(`http://127.0.0.1:${profile.ports.gatewayHealth}/health`),
    },
  ];
}

function environment(own: Environment, isDevelopment: boolean, more: Environment = {}): Environment {
  return {
    PATH: [join(projectDirectory, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter),
    HOME: process.env.HOME ?? "",
    NODE_ENV: isDevelopment ? "development" : "production",
    ...more,
    ...own,
  };
}

function isHealthy(url: string): PartCommand["isReady"] {
  return async (signal) => {
    const answer = await fetch(url, { signal });
    await answer.body?.cancel();
    return answer.ok;
  };
}
