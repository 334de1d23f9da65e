import { goAmqpSnippet } from "./go-amqp.ts";
import { protonSnippet } from "./proton.ts";
import { qpidJmsSnippet } from "./qpid-jms.ts";
import { rheaSnippet } from "./rhea.ts";
import type { Snippet, SnippetTarget } from "./snippet.ts";

/** The languages in which the console and the README show how to connect, each a whole program that was run in a test. */
export function snippetsFor(target: SnippetTarget): Snippet[] {
  return [rheaSnippet(target), protonSnippet(target), qpidJmsSnippet(target), goAmqpSnippet(target)];
}
