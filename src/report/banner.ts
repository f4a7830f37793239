import { clean, displayWidth, type Page, type Span } from './page.ts';

/** A heading filled up with stars to the width of the page, after an empty line. */
export function banner(page: Page, text: string): void {
  page.line('');
  page.line([text, 'heading'], stars(page, text));
}

export function stars(page: Page, text: string, keep = 0): Span {
  return [` ${'*'.repeat(Math.max(3, page.width - displayWidth(clean(text)) - 1 - keep))}`, 'quiet'];
}
