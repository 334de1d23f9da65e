import type { ReactNode } from "react";
import { AddressFrame } from "#components/addresses/AddressFrame.tsx";

export default function AddressLayout({ children }: { children: ReactNode }) {
  return <AddressFrame>{children}</AddressFrame>;
}
