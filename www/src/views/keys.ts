// Keys of the whole page. Elements that use arrow keys themselves stop them before they come here.
import type { Session } from '../state/session.svelte.ts';
import { speeds } from '../state/timeline.svelte.ts';

/** Whether typing here means text, or scrolling, and not the page. */
function takesKeys(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof Element)) return false;
  return (
    target.closest('input, select, textarea, [contenteditable="true"], .cm-editor, dialog, [data-keys="own"]') !== null
  );
}

export function pageKeys(session: Session, event: KeyboardEvent): void {
  const { timeline, results, selection, theme } = session;
  if (event.defaultPrevented) return;
  if ((event.ctrlKey || event.metaKey) && event.key === 'Enter') {
    event.preventDefault();
    if (event.shiftKey) void session.step();
    else void session.run();
    return;
  }
  if (event.key === 'Escape') {
    const target = event.composedPath()[0];
    if (results.state === 'running') results.cancel();
    else if (target instanceof HTMLElement && target.closest('.cm-editor')) target.blur();
    else if (session.sheet) session.sheet = null;
    else selection.clear();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || takesKeys(event)) return;
  const onButton = event.target instanceof Element && event.target.closest('button, summary, [role="button"]') !== null;
  switch (event.key) {
    case 'ArrowRight':
    case '.':
      void session.step(1);
      break;
    case 'ArrowLeft':
    case ',':
      void session.step(-1);
      break;
    case 'Home':
      session.go(0);
      break;
    case 'End':
      session.go(timeline.last);
      break;
    case ' ':
      if (onButton) return;
      session.begun = true;
      timeline.toggle();
      break;
    case '[':
    case ']': {
      const at = speeds.indexOf(timeline.speed) + (event.key === ']' ? 1 : -1);
      timeline.speed = speeds[at] ?? timeline.speed;
      break;
    }
    case 'e':
      session.sheet = 'sql';
      document.querySelector<HTMLElement>('[data-editor]')?.focus();
      break;
    case 't':
      theme.toggle();
      break;
    case '?':
      session.keysShown = true;
      break;
    default:
      return;
  }
  event.preventDefault();
}
