import { describe, expect, it } from 'vitest';
import { normalSource, sourceFileName, sourcesIn, withoutSource } from '../../src/modules/apt/source-line.ts';
import { aptWord, holds, parseSpecifier } from '../../src/modules/apt/specifier.ts';
import { parsePolicy } from '../../src/modules/kinds/apt-candidates.ts';
import { parseSimulation } from '../../src/modules/kinds/apt-simulation.ts';
import { compareVersions } from '../../src/modules/kinds/debian-version.ts';
import { parsePackage } from '../../src/modules/kinds/dpkg.ts';

describe('Debian versions', () => {
  it.each([
    ['1.0', '1.0', 0],
    ['1.0', '1.1', -1],
    ['1.10', '1.9', 1],
    ['1:0.1', '2.0', 1],
    ['1.0~rc1', '1.0', -1],
    ['1.0~rc1-1', '1.0~rc1', 1],
    ['1.0-1', '1.0-1+deb12u1', -1],
    ['2.36-9+deb12u4', '2.36-9+deb12u10', -1],
    ['1.0a', '1.0+', -1],
    ['1.0.', '1.0', 1],
    ['0:1.0', '1.0', 0],
    ['1.00', '1.0', 0],
    ['99999999999999999999', '99999999999999999998', 1],
  ])('%s against %s', (a, b, expected) => {
    expect(Math.sign(compareVersions(a, b))).toBe(expected);
    expect(Math.sign(compareVersions(b, a))).toBe(-expected + 0);
  });
});

describe('what a task says of a package', () => {
  it.each([
    ['nginx', { name: 'nginx' }, 'nginx'],
    ['nginx=1.22*', { name: 'nginx', version: { exactly: true, text: '1.22*' } }, 'nginx=1.22*'],
    ['nginx >= 1.20', { name: 'nginx', version: { exactly: false, text: '1.20' } }, 'nginx'],
    ['libc6:i386', { name: 'libc6:i386' }, 'libc6:i386'],
    ['vim/bookworm-backports', { name: 'vim', release: 'bookworm-backports' }, 'vim/bookworm-backports'],
  ])('%s', (text, expected, word) => {
    expect(parseSpecifier(text)).toEqual(expected);
    expect(aptWord(parseSpecifier(text))).toBe(word);
  });

  it.each(['', '-o', 'a b', 'a<2', '--allow-downgrades'])('%j is refused', text => {
    expect(() => parseSpecifier(text)).toThrow();
  });

  it('holds when a version fits', () => {
    const found = parsePackage('ii \tcron\tamd64\t3.0pl1-162\tinstall ok installed');
    expect(holds(parseSpecifier('cron'), found)).toBe(true);
    expect(holds(parseSpecifier('cron=3.0*'), found)).toBe(true);
    expect(holds(parseSpecifier('cron=3.0'), found)).toBe(false);
    expect(holds(parseSpecifier('cron>=3.0'), found)).toBe(true);
    expect(holds(parseSpecifier('cron>=4'), found)).toBe(false);
  });

  it.each([
    ['rc ', { version: null, configurationLeft: true }],
    ['iU ', { version: null, unfinished: true }],
    ['iF ', { version: null, unfinished: true }],
    ['it ', { version: '1' }],
    ['hi ', { version: '1' }],
    ['iiR', { version: '1', unfinished: true }],
  ])('status %j', (status, expected) => {
    expect(parsePackage(`${status}\tx\tall\t1\tinstall ok x`)).toMatchObject(expected);
  });
});

describe('a simulation', () => {
  const text = `NOTE: This is only a simulation!
The following additional packages will be installed:
  libjq1
The following packages will be DOWNGRADED:
  jq
The following held packages will be changed:
  one two
  three
Remv old [1.0] [x:amd64 ]
Purg gone [2.0]
Inst libjq1 (1.6-2.1 Debian:12.5/stable [amd64]) []
Inst jq [1.7] (1.6-2.1 Debian:12.5/stable [amd64])
Conf libjq1 (1.6-2.1 Debian:12.5/stable [amd64])
Del tree 2.1 [52 kB]
`;
  it('says what changes, from which version to which', () => {
    const simulation = parseSimulation(text);
    expect(Object.fromEntries(simulation.changes)).toEqual({
      old: { before: '1.0', after: null },
      gone: { before: '2.0', after: null, purge: true },
      libjq1: { before: null, after: '1.6-2.1' },
      jq: { before: '1.7', after: '1.6-2.1' },
    });
    expect(simulation.downgraded).toEqual(['jq']);
    expect(simulation.heldChanged).toEqual(['one', 'two', 'three']);
    expect(simulation.deletedFiles).toEqual(['tree 2.1']);
  });
});

it('candidates are read from a policy', () => {
  const text =
    'a:\n  Installed: 1\n  Candidate: 2\n  Version table:\n     2 500\nb:\n  Installed: (none)\n  Candidate: (none)\n';
  expect(Object.fromEntries(parsePolicy(text))).toEqual({ a: '2' });
});

describe('sources of packages', () => {
  const source = 'deb [arch=amd64 signed-by=/k] https://u:p@example.org/debian bookworm main contrib';
  it('have one spelling', () => {
    expect(
      normalSource(
        ' deb  [ arch=amd64   signed-by=/k ] https://u:p@example.org/debian   bookworm main  contrib # x',
      ),
    ).toBe(source);
    expect(() => normalSource('https://example.org bookworm')).toThrow(/not a source/);
  });
  it('name their file after their address', () => {
    expect(sourceFileName(source)).toBe('example_org_debian');
  });
  it('are found and removed in a file', () => {
    const text = `# deb https://no.example x y\n${source} # note\ndeb http://other.example a b\n`;
    expect(sourcesIn(text)).toEqual([source, 'deb http://other.example a b']);
    expect(withoutSource(text, source)).toBe('# deb https://no.example x y\ndeb http://other.example a b\n');
  });
});
