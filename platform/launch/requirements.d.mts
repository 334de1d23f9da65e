import type { PortUse } from "../profile.ts";

export const minimumNode: number;
export const minimumJava: number;
export const chromiumNames: readonly string[];
export class LaunchError extends Error {}
export function findProgram(name: string, path?: string): string | undefined;
export function javaMajorVersion(output: string): number | undefined;
export function javaMessage(found: number | undefined): string;
export function portMessage(port: number, use: Pick<PortUse, "purpose" | "variable">): string;
export function parsePort(variable: string, value: string | undefined, fallback: number): number;
export function nodeMessage(version: string): string;
export function requireDisk(directory: string, gibibytes: number): Promise<void>;
export function requireFreePorts(uses: readonly { port: number; use: Pick<PortUse, "purpose" | "variable"> }[]): Promise<void>;
export function findTestChromium(): string | undefined;
export function requireChromium(say: (line: string) => void): Promise<string>;
export function requireProton(say: (line: string) => void): Promise<void>;
