import type { Metadata } from "next";
import { TroubleScreen } from "#components/support/TroubleScreen.tsx";

export const metadata: Metadata = { title: "Trouble now" };

export default function Page() {
  return <TroubleScreen />;
}
