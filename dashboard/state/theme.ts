/** Light or dark: as the system has it, unless somebody chose. */

export type Theme = 'system' | 'light' | 'dark';
const KEPT = 'clickthread-theme';

export function themeKept(): Theme {
  const kept = localStorage.getItem(KEPT);
  return kept === 'light' || kept === 'dark' ? kept : 'system';
}

export function setTheme(theme: Theme): void {
  localStorage.setItem(KEPT, theme);
  document.documentElement.dataset.theme = theme;
}
