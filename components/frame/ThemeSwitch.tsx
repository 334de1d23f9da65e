"use client";
import { MenuToggle, Select, SelectList, SelectOption } from "@patternfly/react-core";
import { DesktopIcon, MoonIcon, SunIcon } from "@patternfly/react-icons";
import { useState, useSyncExternalStore } from "react";
import { chooseTheme, onThemeChange, readThemeChoice, themeChoices, type ThemeChoice } from "./theme.ts";

const looks: Record<ThemeChoice, { label: string; icon: React.ReactNode }> = {
  system: { label: "As the system", icon: <DesktopIcon /> },
  light: { label: "Light", icon: <SunIcon /> },
  dark: { label: "Dark", icon: <MoonIcon /> },
};

export function ThemeSwitch() {
  const choice = useSyncExternalStore<ThemeChoice>(onThemeChange, readThemeChoice, () => "system");
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Select
      isOpen={isOpen}
      selected={choice}
      onOpenChange={setIsOpen}
      onSelect={(_event, value) => {
        chooseTheme(value as ThemeChoice);
        setIsOpen(false);
      }}
      popperProps={{ position: "end" }}
      toggle={(ref) => (
        <MenuToggle
          ref={ref}
          variant="plain"
          isExpanded={isOpen}
          onClick={() => setIsOpen(!isOpen)}
          aria-label={`Theme: ${looks[choice].label}`}
          icon={looks[choice].icon}
        />
      )}
    >
      <SelectList aria-label="Theme">
        {themeChoices.map((each) => (
          <SelectOption key={each} value={each} icon={looks[each].icon}>
            {looks[each].label}
          </SelectOption>
        ))}
      </SelectList>
    </Select>
  );
}
