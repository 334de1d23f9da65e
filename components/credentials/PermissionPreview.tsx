"use client";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useDeferredValue } from "react";
import type { SpaceScope } from "#contracts/addresses/address.ts";
import { messagingPermissionSchema } from "#contracts/credentials/credential.ts";
import { counted } from "#components/feedback/format.ts";
import { useTRPC } from "#components/trpc/client.ts";

interface PermissionPreviewProps {
  readonly scope: SpaceScope;
  readonly permissions: readonly { readonly operations: readonly string[]; readonly pattern: string }[];
}

/** What the permissions would allow as the space is now. */
export function PermissionPreview({ scope, permissions }: PermissionPreviewProps) {
  const valid = useDeferredValue(permissions).flatMap((permission) => messagingPermissionSchema.safeParse(permission).data ?? []);
  const preview = useQuery({
    ...useTRPC().credentials.preview.queryOptions({ ...scope, permissions: valid }),
    enabled: valid.length > 0,
    placeholderData: keepPreviousData,
  });
  if (valid.length === 0 || preview.data === undefined) return null;
  return (
    <ul aria-label="What this may do" aria-live="polite">
      {preview.data.map(({ pattern, count, names }, index) => {
        const operations = valid[index]?.operations.map((operation) => (operation === "send" ? "send to" : "receive from")).join(" and ");
        const more = count > names.length ? ` and ${count - names.length} more` : "";
        return (
          // oxlint-disable-next-line react/no-array-index-key -- the same pattern may stand twice
          <li key={`${index} ${pattern}`}>
            May {operations} {count === 0 ? `nothing yet: no address fits ${pattern}` : `${counted(count, "address", "addresses")} of now: ${names.join(", ")}${more}`}.
          </li>
        );
      })}
    </ul>
  );
}
