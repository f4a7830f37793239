import { Fault } from '../grammar/fault.ts';
import { contains, truth } from '../python/compare.ts';
import { splitUrl, type UrlParts } from '../python/url.ts';
import { type TestTable, test } from './test.ts';

/** Ansible's tests of addresses. They ask for little: any text is a URI, if no schemes are named. */
export const urlTests: TestTable = {
  uri: test('value, schemes=None', ([value, schemes]) => hasScheme(value, schemes) !== undefined),
  url: test('value, schemes=None', ([value, schemes]) => {
    const parts = hasScheme(value, schemes);
    return parts !== undefined && (parts.netloc !== '' || parts.scheme === 'file');
  }),
  urn: test('value', ([value]) => hasScheme(value, null)?.scheme === 'urn'),
};

/** The parts of an address; undefined when it is none, or of another scheme than those wanted. */
function hasScheme(value: unknown, schemes: unknown): UrlParts | undefined {
  if (typeof value !== 'string' && truth(value)) return undefined;
  const parts = tried(typeof value === 'string' ? value : '');
  return parts && (!truth(schemes) || contains(schemes, parts.scheme)) ? parts : undefined;
}

function tried(text: string): UrlParts | undefined {
  try {
    return splitUrl(text);
  } catch (error) {
    if (error instanceof Fault) return undefined;
    throw error;
  }
}
