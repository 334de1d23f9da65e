import type { AddressType } from "../addresses/address-type.ts";

/** What a snippet is filled with. The secret is never part of it: programs read it from POSTROOM_SECRET. */
export interface SnippetTarget {
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly address: string;
  readonly addressType: AddressType;
  /** Login of the credential, `<tenant>.<space>.<name>`. */
  readonly login: string;
}

export interface Snippet {
  readonly id: "rhea" | "proton" | "qpid-jms" | "go-amqp";
  readonly title: string;
  readonly language: "javascript" | "python" | "java" | "go";
  readonly fileName: string;
  /** One command that gets the library. */
  readonly install: string;
  /** One command that runs the program; the secret is in the environment variable POSTROOM_SECRET. */
  readonly run: string;
  readonly code: string;
}

/** File name under which the console offers its certificate, and under which the snippets expect it. */
export const certificateFileName = "postroom.pem";
