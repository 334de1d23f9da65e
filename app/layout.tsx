import "@patternfly/react-core/dist/styles/base.css";
import "@fontsource-variable/red-hat-text/wght.css";
import "#components/frame/console.css";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import type { ReactNode } from "react";
import { loginAnswerScript } from "#components/auth/login-answer.ts";
import { themeScript } from "#components/frame/theme.ts";

export const metadata: Metadata = {
  title: { default: "Postroom", template: "%s · Postroom" },
  description: "Messaging as a service: addresses in a second, for any AMQP 1.0 client.",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1, colorScheme: "light dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const nonce = (await headers()).get("x-nonce") ?? undefined;
  return (
    <html lang="en" suppressHydrationWarning>
      <head>
        <script nonce={nonce} suppressHydrationWarning dangerouslySetInnerHTML={{ __html: `${themeScript};${loginAnswerScript}` }} />
      </head>
      <body>{children}</body>
    </html>
  );
}
