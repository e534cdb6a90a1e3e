// The way in: the engine's worker starts loading and the theme is set before the page's own code has arrived.
import { engineSent, startEngine } from './engine/spawn.ts';
import { defaultSeed } from './state/address.ts';
import { firstTheme } from './state/memory.ts';
import './style/tokens.css';
import './style/base.css';

// What the page opens without an address; with one, the worker has only compiled.
startEngine(location.hash.length < 2 ? { size: 'small', seed: defaultSeed } : null);
// Second, as the first look into the browser's storage takes its time.
document.documentElement.dataset['theme'] = firstTheme();
/** The document is short, but this script does not wait for its end. */
const parsed = new Promise<void>((done) => {
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', () => done());
  else done();
});
void import('./page.ts').then(async ({ open }) => {
  await Promise.all([parsed, engineSent(80)]);
  open();
});
