import { stateModule } from '../define.ts';
import { lookAtEdited, wantEdited } from '../edit-file.ts';
import { Failure } from '../failure.ts';
import { attributeParameters } from '../file-attributes.ts';
import { each, mutuallyExclusive, t } from '../parameters.ts';
import { validateHasPlace } from '../write-file.ts';
import { withIni } from './ini.ts';

/** Sets an option in a file of the INI kind, or removes it, or a section. */
export const iniFile = stateModule({
  names: ['ini_file', 'community.general.ini_file'],
  summary: 'Manage options in INI files',
  parameters: {
    path: t.path({ required: true, aliases: ['dest'], doc: 'The file to edit.' }),
    section: t.str({ doc: 'The section; above all sections when not given.' }),
    option: t.str({ doc: 'The option; without one the section is meant.' }),
    value: t.str({ doc: 'What the option is set to.' }),
    values: t.list(each.str)({ doc: 'Several values, one line each.' }),
    state: t.choice(['present', 'absent'])({ default: 'present' }),
    exclusive: t.bool({ default: true, doc: 'Other lines with the option go.' }),
    no_extra_spaces: t.bool({ default: false, doc: 'No blanks around "=".' }),
    ignore_spaces: t.bool({ default: false, doc: 'Leave lines alone that differ in blanks only.' }),
    allow_no_value: t.bool({ default: false, doc: 'The option stands alone, without "=".' }),
    modify_inactive_option: t.bool({ default: true, doc: 'Reuse a line with the option that is a comment.' }),
    create: t.bool({ default: true, doc: 'Make the file, and the folders above it, if it is missing.' }),
    follow: t.bool({ default: false, doc: 'Links are always followed here.' }),
    backup: t.bool({ default: false }),
    section_has_values: t.raw({ doc: 'Not supported.' }),
    validate: t.str({ doc: 'Command that must accept the new file, %s standing for it.' }),
    ...attributeParameters,
  },
  constraints: [
    mutuallyExclusive('value', 'values'),
    validateHasPlace,
    given => (given.has('section_has_values') ? 'section_has_values is not supported' : undefined),
    (given, effective) =>
      effective.get('state') === 'present' &&
      effective.get('allow_no_value') === false &&
      !given.has('value') &&
      !given.has('values')
        ? 'state: present needs value or values, or allow_no_value'
        : undefined,
  ],
  probe: lookAtEdited,
  want: (now, p) => {
    if (now.bytes === null && !p.create) {
      throw new Failure(`there is no file ${now.path}`, { rc: 257 }, 'create: true makes it');
    }
    const values = p.value === undefined ? (p.values ?? []) : [p.value];
    const { text, message } = withIni(now.bytes?.toString('utf8') ?? '', { ...p, values });
    const bytes = text === undefined ? undefined : Buffer.from(text);
    // Removing something from a file that is not there makes no file.
    if (now.bytes === null && p.state === 'absent')
      return { targets: [], message: 'OK', result: { path: now.path } };
    return wantEdited(now, { bytes, message }, p);
  },
});
