// Small things the page remembers for its visitor: theme and sizes of panels. Where storage is refused, it forgets.

export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`planarium.${name}`);
  } catch {
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`planarium.${name}`, value);
  } catch {
    // Private windows and full disks: the page works the same.
  }
}

export type ThemeName = 'dark' | 'light';

export const lightQuery = '(prefers-color-scheme: light)';

/** The theme that the visitor chose, if any. */
export function chosenTheme(): ThemeName | null {
  const saved = recall('theme');
  return saved === 'dark' || saved === 'light' ? saved : null;
}

/** The theme to begin with: chosen before, or as the system has it. */
export function firstTheme(): ThemeName {
  return chosenTheme() ?? (matchMedia(lightQuery).matches ? 'light' : 'dark');
}
