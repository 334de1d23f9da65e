import type { GatewayEntity, GatewayEntityKind } from "../drivers/gateway-driver.ts";
import { addressEntity, credentialEntity, spaceEntity } from "./gateway-entities.ts";
import type { DesiredRowPages } from "./queries.ts";

/** Everything of one kind that gateways should hold now, page by page. */
export async function* desiredEntities(pages: DesiredRowPages, kind: GatewayEntityKind): AsyncGenerator<GatewayEntity[]> {
  switch (kind) {
    case "space":
      for await (const rows of pages.spaces()) yield rows.map(spaceEntity);
      return;
    case "address":
      for await (const rows of pages.addresses()) yield rows.map(addressEntity);
      return;
    case "credential":
      for await (const rows of pages.credentials()) yield rows.map(credentialEntity);
  }
}
