import { allowList } from './limits.ts';
import { truth } from './python/compare.ts';
import { index } from './python/numbers.ts';

const WORDS =
  'a ac accumsan ad adipiscing aenean aliquam amet ante arcu at auctor augue bibendum commodo consectetuer cras cum curabitur dapibus diam dictum dignissim dolor donec dui duis egestas eget eleifend elit enim erat eros est et etiam eu facilisi felis fermentum fusce gravida iaculis id in integer ipsum justo lacus laoreet lectus leo libero ligula lorem luctus magna massa mattis mauris metus mi morbi nam nec nibh nisi nisl non nulla nunc odio orci ornare pede pellentesque porta posuere pretium purus quam quis risus rutrum sagittis sapien sed sem semper sit sociis suscipit tellus tempor tincidunt tortor tristique turpis ultrices urna ut varius vel velit vestibulum vitae vivamus volutpat'.split(
    ' ',
  );

/** Paragraphs of words that mean nothing. */
export function lipsum([count, html, least, most]: unknown[]): string {
  allowList(index(count) * index(most));
  const paragraphs = Array.from({ length: index(count) }, () => {
    const length = index(least) + Math.floor(Math.random() * Math.max(1, index(most) - index(least)));
    const words = Array.from({ length }, () => WORDS[Math.floor(Math.random() * WORDS.length)]!);
    const text = `${words.join(' ')}.`;
    return text[0]!.toUpperCase() + text.slice(1);
  });
  return truth(html) ? paragraphs.map(text => `<p>${text}</p>`).join('\n') : paragraphs.join('\n\n');
}
