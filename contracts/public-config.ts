/** Answer of `GET /api/config`, public: what the browser must know before anybody has logged in. */
export interface PublicConfig {
  readonly keycloakUrl: string;
  readonly realm: string;
  readonly clientId: string;
  readonly consoleUrl: string;
}
