import { goProgram } from "./pane-go.ts";
import type { PaneProgram, Program, ProgramTarget } from "./pane-program.ts";
import { protonProgram } from "./pane-proton.ts";
import { qpidJmsProgram } from "./pane-qpid-jms.ts";
import { rheaProgram } from "./pane-rhea.ts";

/** What a pane of the test client does, as a whole program in each language. The secret is never part of it. */
export function programsFor(target: ProgramTarget, program: PaneProgram): Program[] {
  return [rheaProgram(target, program), protonProgram(target, program), qpidJmsProgram(target, program), goProgram(target, program)];
}
