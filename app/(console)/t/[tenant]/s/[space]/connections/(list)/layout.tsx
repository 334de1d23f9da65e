import type { ReactNode } from "react";
import { ConnectionsFrame } from "#components/connections/ConnectionsFrame.tsx";

export default function Layout({ children }: { children: ReactNode }) {
  return <ConnectionsFrame>{children}</ConnectionsFrame>;
}
