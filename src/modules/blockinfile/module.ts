import { byteText } from '../../core/python-regex.ts';
import { stateModule } from '../define.ts';
import { editParameters, lookAtEdited, wantEdited } from '../edit-file.ts';
import { Failure } from '../failure.ts';
import { mutuallyExclusive, t } from '../parameters.ts';
import { validateHasPlace } from '../write-file.ts';
import { hasBlock, withBlock } from './block.ts';

/** Makes sure that a block of lines between two marker lines is in a file, or not. */
export const blockinfile = stateModule({
  names: ['blockinfile', 'ansible.builtin.blockinfile'],
  summary: 'Manage a block of lines between markers in a text file',
  parameters: {
    ...editParameters,
    state: t.choice(['present', 'absent'])({ default: 'present' }),
    block: t.str({ default: '', aliases: ['content'], doc: 'The lines; none removes the block.' }),
    marker: t.str({ default: '# {mark} ANSIBLE MANAGED BLOCK' }),
    marker_begin: t.str({ default: 'BEGIN', doc: 'What {mark} is in the line before the block.' }),
    marker_end: t.str({ default: 'END', doc: 'What {mark} is in the line behind the block.' }),
    insertafter: t.str({ doc: 'Where a new block goes: behind the last line that matches, or EOF.' }),
    insertbefore: t.str({ doc: 'Where a new block goes: before the last line that matches, or BOF.' }),
    create: t.bool({ default: false, doc: 'Make the file, and the folders above it, if it is missing.' }),
    append_newline: t.bool({ default: false, doc: 'An empty line behind the block.' }),
    prepend_newline: t.bool({ default: false, doc: 'An empty line before the block.' }),
  },
  constraints: [mutuallyExclusive('insertbefore', 'insertafter'), validateHasPlace],
  probe: lookAtEdited,
  want: (now, p) => {
    const { bytes } = now;
    if (bytes === null && !p.create) {
      throw new Failure(`there is no file ${now.path}`, { rc: 257 }, 'create: true makes it');
    }
    if (bytes === null && p.state === 'absent') {
      return { targets: [], message: `File ${now.path} not present`, result: { path: now.path } };
    }
    const old = bytes === null ? null : byteText(bytes);
    const text = withBlock(old ?? '', p);
    if (text === old) return wantEdited(now, { message: '' }, p);
    const message = old === null ? 'File created' : hasBlock(p) ? 'Block inserted' : 'Block removed';
    return wantEdited(now, { bytes: Buffer.from(text, 'latin1'), message }, p);
  },
});
