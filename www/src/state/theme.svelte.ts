// Light or dark: as the system has it until the visitor chooses.
import { recall, remember } from './memory.ts';

export type ThemeName = 'dark' | 'light';

export class Theme {
  chosen = $state<ThemeName | null>(null);
  system = $state<ThemeName>('dark');
  readonly name: ThemeName = $derived(this.chosen ?? this.system);

  constructor() {
    const saved = recall('theme');
    this.chosen = saved === 'dark' || saved === 'light' ? saved : null;
    const query = matchMedia('(prefers-color-scheme: light)');
    const follow = () => {
      this.system = query.matches ? 'light' : 'dark';
    };
    follow();
    query.addEventListener('change', follow);
  }

  toggle(): void {
    this.chosen = this.name === 'dark' ? 'light' : 'dark';
    remember('theme', this.chosen);
  }
}
