import { verifyAuthorization, type Person } from "../auth/verify-token.ts";
import type { Services } from "../services.ts";

/** What every procedure starts from. Nobody is known yet: `authenticate` is asked by the base procedures. */
export interface RequestContext {
  readonly services: Services;
  /** Network address that the request came from, if it is known. */
  readonly address?: string;
  /** Verifies the request's token, once for all calls of a batch. @throws PostroomError */
  readonly authenticate: () => Promise<Person>;
}

/**
 * @param authorization value of the `Authorization` header
 * @param address network address that the request came from
 */
export function createRequestContext(services: Services, authorization: string | null, address?: string): RequestContext {
  let person: Promise<Person> | undefined;
  return { services, address, authenticate: () => (person ??= verifyAuthorization(authorization, services.tokenRules).then((known) => ({ ...known, address }))) };
}
