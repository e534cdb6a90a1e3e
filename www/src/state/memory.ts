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
