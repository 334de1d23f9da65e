// Pages get their content security policy, which holds a nonce, from proxy.ts.
const securityHeaders = [
  { key: "X-Content-Type-Options", value: "nosniff" },
  { key: "Referrer-Policy", value: "same-origin" },
  { key: "Permissions-Policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()" },
  { key: "Cross-Origin-Opener-Policy", value: "same-origin" },
];

// What no browser is to show as a page: a policy that allows nothing.
const noPage = [{ key: "Content-Security-Policy", value: "default-src 'none'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'" }];

/** @type {import("next").NextConfig} */
const config = {
  distDir: process.env.NEXT_DIST_DIR ?? ".next",
  poweredByHeader: false,
  reactStrictMode: true,
  // Types are checked once for the whole tree by npm run typecheck; a build need not do it again.
  typescript: { ignoreBuildErrors: true },
  serverExternalPackages: ["pg", "pino", "@prisma/client", "@prisma/adapter-pg"],
  // Each PatternFly component brings its own style sheet: only what a page uses is sent.
  experimental: { optimizePackageImports: ["@patternfly/react-core", "@patternfly/react-table", "@patternfly/react-icons"] },
  headers: async () => [
    { source: "/:path*", headers: securityHeaders },
    ...["/api/:path*", "/_next/:path*", "/login/:path*", "/icon.svg"].map((source) => ({ source, headers: noPage })),
  ],
};

export default config;
