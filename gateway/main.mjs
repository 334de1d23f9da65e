// Entry of `npm run gateway`. Types are stripped once and kept, which halves the start and saves some 35 MB on every later
// one: with nothing left to strip, Node does not load what strips. Hence plain JavaScript here.
import { enableCompileCache } from "node:module";

enableCompileCache();
await import("./main.ts");
