"use client";
import { Divider, Dropdown, DropdownGroup, DropdownItem, DropdownList, MenuToggle } from "@patternfly/react-core";
import { SignOutAltIcon, UserCircleIcon, UserCogIcon } from "@patternfly/react-icons";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { paths } from "#contracts/paths.ts";
import { authentication } from "#components/auth/authentication.ts";
import { useRoles, useSession } from "./use-session.ts";
import styles from "./frame.module.css";

export function PersonMenu() {
  const session = useSession();
  const roles = useRoles();
  const router = useRouter();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Dropdown
      isOpen={isOpen}
      onOpenChange={setIsOpen}
      popperProps={{ position: "end", appendTo: "inline" }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plainText"
          isExpanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
          icon={<UserCircleIcon />}
          aria-label={`${session.name}, logged in as ${session.email}`}
        >
          <span className={styles.personName}>{session.name}</span>
        </MenuToggle>
      )}
    >
      <DropdownGroup label={session.email} labelHeadingLevel="h2">
        <DropdownList>
          <DropdownItem isDisabled description={roles.length === 0 ? "No role here" : undefined}>
            {roles.length === 0 ? session.name : roles.join(", ")}
          </DropdownItem>
        </DropdownList>
      </DropdownGroup>
      <Divider />
      <DropdownList>
        <DropdownItem icon={<UserCogIcon />} onClick={() => { setIsOpen(false); router.push(paths.profile()); }}>Profile</DropdownItem>
        <DropdownItem icon={<SignOutAltIcon />} onClick={() => void authentication.logOut()}>Log out</DropdownItem>
      </DropdownList>
    </Dropdown>
  );
}
