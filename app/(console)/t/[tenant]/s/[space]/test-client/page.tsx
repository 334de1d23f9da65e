import type { Metadata } from "next";
import { TestClientScreen } from "#components/test-client/TestClientScreen.tsx";

export const metadata: Metadata = { title: "Test client" };

export default function Page() {
  return <TestClientScreen />;
}
