"use client";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { missingPermission } from "#contracts/permissions.ts";
import { paths } from "#contracts/paths.ts";
import type { ManagedTenant } from "#contracts/tenants/manage-tenants.ts";
import { formatExact } from "#components/feedback/format.ts";
import { RelativeTime } from "#components/feedback/RelativeTime.tsx";
import { AppLink } from "#components/frame/AppLink.tsx";
import { useSession } from "#components/frame/use-session.ts";
import { type RowAction, RowActions } from "#components/table/RowActions.tsx";
import { TenantStateLabel } from "./TenantStateLabel.tsx";
import type { AskedTenant } from "./tenant-actions.ts";

/** Tenants with their state, spaces and what can be done to them. */
export function TenantTable({ tenants, onAsk }: { tenants: readonly ManagedTenant[]; onAsk: (asked: AskedTenant) => void }) {
  const { platformRoles } = useSession();
  const mayNotUpdate = missingPermission(platformRoles, "platform-tenant:update");
  const mayNotDelete = missingPermission(platformRoles, "platform-tenant:delete");
  const actionsOf = (tenant: ManagedTenant): RowAction[] => {
    const ask = (action: AskedTenant["action"]) => () => onAsk({ tenant, action });
    const change: RowAction = { title: "Name and quotas …", refusal: mayNotUpdate, onClick: ask("update") };
    if (tenant.closure?.kind === "deleting") return [change, { title: "Restore …", refusal: mayNotDelete, onClick: ask("restore") }];
    return [
      change,
      tenant.closure === null ? { title: "Suspend …", refusal: mayNotUpdate, isDanger: true, onClick: ask("suspend") } : { title: "Resume …", refusal: mayNotUpdate, onClick: ask("resume") },
      { title: "Delete …", isDanger: true, refusal: mayNotDelete, onClick: ask("delete") },
    ];
  };
  return (
    <Table aria-label="Tenants" variant="compact" gridBreakPoint="grid-md">
      <Thead>
        <Tr>
          <Th>Tenant</Th>
          <Th>Name</Th>
          <Th>State</Th>
          <Th width={25}>Spaces</Th>
          <Th modifier="nowrap">Addresses</Th>
          <Th>Created</Th>
          <Th screenReaderText="Actions" />
        </Tr>
      </Thead>
      <Tbody>
        {tenants.map((tenant) => (
          <Tr key={tenant.slug}>
            <Td dataLabel="Tenant"><strong>{tenant.slug}</strong></Td>
            <Td dataLabel="Name" modifier="breakWord">{tenant.name}</Td>
            <Td dataLabel="State"><TenantStateLabel closure={tenant.closure} /></Td>
            <Td dataLabel="Spaces">
              <div>
                {tenant.spaces.map((space, index) => (
                  <span key={space.slug}>
                    {index > 0 ? ", " : ""}
                    <AppLink href={paths.space(tenant.slug, space.slug)}>{space.name}</AppLink>
                  </span>
                ))}
                {` (${tenant.spaces.length} of ${tenant.maxSpaces})`}
              </div>
            </Td>
            <Td dataLabel="Addresses">{formatExact(tenant.addresses)}</Td>
            <Td dataLabel="Created" modifier="nowrap"><RelativeTime at={tenant.createdAt} /></Td>
            <Td isActionCell><RowActions label={`Actions for ${tenant.slug}`} actions={actionsOf(tenant)} /></Td>
          </Tr>
        ))}
      </Tbody>
    </Table>
  );
}
