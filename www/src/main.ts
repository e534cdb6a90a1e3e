// The way in: the engine's worker starts loading and the theme is set before the page's own code has arrived.
import { startEngine } from './engine/spawn.ts';
import { firstTheme } from './state/memory.ts';
import './style/tokens.css';
import './style/base.css';

document.documentElement.dataset['theme'] = firstTheme();
startEngine();
void import('./page.ts').then(({ open }) => open());
