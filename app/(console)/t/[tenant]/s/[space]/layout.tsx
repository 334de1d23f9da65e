import type { ReactNode } from "react";
import { SpaceFrame } from "#components/spaces/SpaceFrame.tsx";

export default function SpaceLayout({ children }: { children: ReactNode }) {
  return <SpaceFrame>{children}</SpaceFrame>;
}
