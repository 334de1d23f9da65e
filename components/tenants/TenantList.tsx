"use client";
import { PageSection, SearchInput, Toolbar, ToolbarContent, ToolbarItem } from "@patternfly/react-core";
import { Table, Tbody, Td, Th, Thead, Tr } from "@patternfly/react-table";
import { useState } from "react";
import { paths } from "#contracts/paths.ts";
import { counted } from "#components/feedback/format.ts";
import { AppLink } from "#components/frame/AppLink.tsx";
import { ScreenHeader } from "#components/frame/ScreenHeader.tsx";
import type { Session } from "#components/frame/use-session.ts";

const maxRows = 200;

/** Tenants a person may look into, with their spaces; type to find. */
export function TenantList({ tenants }: { tenants: Session["tenants"] }) {
  const [words, setWords] = useState("");
  const found = tenants.filter(({ slug, name }) => `${slug} ${name}`.toLowerCase().includes(words.trim().toLowerCase()));
  return (
    <>
      <ScreenHeader title="Tenants" lead="Choose a space to look into." />
      <PageSection hasBodyWrapper={false} isFilled>
        <Toolbar>
          <ToolbarContent>
            <ToolbarItem>
              <SearchInput aria-label="Find a tenant" placeholder="Find a tenant" value={words} onChange={(_event, value) => setWords(value)} onClear={() => setWords("")} />
            </ToolbarItem>
            <ToolbarItem alignSelf="center">{counted(found.length, "tenant")}</ToolbarItem>
          </ToolbarContent>
        </Toolbar>
        <Table aria-label="Tenants" variant="compact">
          <Thead>
            <Tr>
              <Th>Tenant</Th>
              <Th>Name</Th>
              <Th>Your roles</Th>
              <Th>Spaces</Th>
            </Tr>
          </Thead>
          <Tbody>
            {found.slice(0, maxRows).map((tenant) => (
              <Tr key={tenant.slug}>
                <Td dataLabel="Tenant">{tenant.slug}</Td>
                <Td dataLabel="Name">{tenant.name}</Td>
                <Td dataLabel="Your roles">{tenant.roles.join(", ")}</Td>
                <Td dataLabel="Spaces">
                  {tenant.spaces.map((space, index) => (
                    <span key={space.slug}>
                      {index > 0 ? ", " : ""}
                      <AppLink href={paths.space(tenant.slug, space.slug)}>{space.name}</AppLink>
                    </span>
                  ))}
                </Td>
              </Tr>
            ))}
          </Tbody>
        </Table>
      </PageSection>
    </>
  );
}
