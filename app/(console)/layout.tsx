import type { ReactNode } from "react";
import { Console } from "#components/frame/Console.tsx";

export default function ConsoleLayout({ children }: { children: ReactNode }) {
  return <Console>{children}</Console>;
}
