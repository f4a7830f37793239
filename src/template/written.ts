import { writeJson } from './filters/json.ts';
import { writeYaml } from './filters/yaml-write.ts';
import { withoutLimits } from './limits.ts';

/** A value as JSON for people: indented, in the order that it has. */
export function toNiceJson(value: unknown): string {
  return withoutLimits(() =>
    writeJson(value, { indent: '    ', sortKeys: false, ascii: false, separators: undefined }),
  );
}

/** A value as YAML in block style, in the order that it has. */
export function toNiceYaml(value: unknown): string {
  return withoutLimits(() =>
    writeYaml(value, {
      flow: false,
      indent: 2,
      width: 110,
      sortKeys: false,
      style: undefined,
      explicitStart: false,
      explicitEnd: false,
      lineBreak: '\n',
      version: undefined,
    }),
  );
}
