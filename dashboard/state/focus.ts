/** Where the focus goes when what had it is gone. */

/** To what the page holds, without scrolling there. */
export const focusMain = (): void => document.getElementById('main')?.focus({ preventScroll: true });

/** The same where nothing has it any more: a page was left whose link was pressed, a row went with its button. */
export const keepFocus = (): void => {
  if (document.activeElement === document.body) focusMain();
};
