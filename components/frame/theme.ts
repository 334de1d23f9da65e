export const themeChoices = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

const storageKey = "postroom.theme";
const darkClass = "pf-v6-theme-dark";

/**
 * Runs in the page's head before anything is painted, so that the wrong theme never flashes. It also follows the system
 * while the choice is `system`.
 */
export const themeScript = `(function(){var d=matchMedia("(prefers-color-scheme: dark)");function a(){var c=null;try{c=localStorage.getItem("${storageKey}")}catch(e){}document.documentElement.classList.toggle("${darkClass}",c==="dark"||(c!=="light"&&d.matches))}a();d.addEventListener("change",a);addEventListener("storage",a);addEventListener("postroom-theme",a)})()`;

export function readThemeChoice(): ThemeChoice {
  const stored = localStorage.getItem(storageKey);
  return themeChoices.find((choice) => choice === stored) ?? "system";
}

/** Keeps the choice in this browser and applies it at once. */
export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(storageKey, choice);
  dispatchEvent(new Event("postroom-theme"));
}

/** For useSyncExternalStore. */
export function onThemeChange(listener: () => void): () => void {
  addEventListener("postroom-theme", listener);
  addEventListener("storage", listener);
  return () => {
    removeEventListener("postroom-theme", listener);
    removeEventListener("storage", listener);
  };
}
