import { posix } from 'node:path';
import { bytesOfText, isBytes } from '../core/escaped-bytes.ts';
import { Secret } from '../core/secret.ts';
import { templateVariables } from '../core/template-variables.ts';
import { type ModuleContext, stateModule } from './define.ts';
import { Failure } from './failure.ts';
import { attributeParameters } from './file-attributes.ts';
import type { Reader } from './host/access.ts';
import { type Content, contentOf, lookThrough } from './kinds/file.ts';
import { hostPath } from './kinds/host-path.ts';
import { type Infer, t } from './parameters.ts';
import {
  backupName,
  lookAtSpot,
  preservedMode,
  type Spot,
  validateHasPlace,
  writtenFile,
} from './write-file.ts';

const parameters = {
  src: t.path({ required: true, doc: 'Template file of the controller.' }),
  dest: t.path({ required: true, doc: 'Where it goes; a directory if it is one.' }),
  backup: t.bool({ default: false }),
  force: t.bool({ default: true, doc: 'Replace a file that has other contents.' }),
  follow: t.bool({ default: false, doc: 'Write what a link at dest leads to.' }),
  validate: t.str({ doc: 'Command that must accept the new file, %s standing for it.' }),
  newline_sequence: t.choice(['\n', '\r', '\r\n', '\\n', '\\r', '\\r\\n'])({ default: '\n' }),
  block_start_string: t.str(),
  block_end_string: t.str(),
  variable_start_string: t.str(),
  variable_end_string: t.str(),
  comment_start_string: t.str(),
  comment_end_string: t.str(),
  trim_blocks: t.bool({ default: true }),
  lstrip_blocks: t.bool({ default: false }),
  output_encoding: t.str({ default: 'utf-8', doc: 'utf-8, utf-16le, ascii or latin1.' }),
  ...attributeParameters,
} as const;

type Parameters = Infer<typeof parameters>;

/** Renders a template of the controller into a file on the host. */
export const template = stateModule({
  names: ['template', 'ansible.builtin.template'],
  summary: 'Render a template into a file on a host',
  parameters,
  constraints: [validateHasPlace],
  probe: async (host, p, context) => {
    const source = context.local.find(p.src, 'templates');
    const dest = await hostPath(host, p.dest);
    const content = rendered(p, source, context);
    const { path, spot } = await lookAtDestination(host, p, dest, content, source);
    return { source, content, spot, path, mode: context.local.stat(source)?.mode };
  },
  want: ({ source, content, spot, path, mode }, p) => {
    if (!p.force && spot.before.type !== 'absent') {
      return { targets: [], message: 'file already exists', result: { src: source, dest: spot.path } };
    }
    const written = writtenFile(spot, content, {
      ...p,
      mode: preservedMode(p.mode, mode),
      backupName: p.backup ? backupName(path) : undefined,
    });
    return {
      targets: [written.target],
      result: { src: source, dest: spot.path, path: spot.path, ...written.result },
    };
  },
});

async function lookAtDestination(
  host: Reader,
  p: Parameters,
  dest: string,
  content: Content,
  source: string,
): Promise<{ path: string; spot: Spot }> {
  const wishes = { ...p, mode: undefined };
  const inside = posix.join(dest, posix.basename(source));
  if (p.dest.endsWith('/')) return { path: inside, spot: await lookAtSpot(host, inside, content, wishes) };
  const [found, spot] = await Promise.all([lookThrough(host, dest), lookAtSpot(host, dest, content, wishes)]);
  if (found.state.type !== 'directory') return { path: dest, spot };
  return { path: inside, spot: await lookAtSpot(host, inside, content, wishes) };
}

function rendered(p: Parameters, source: string, context: ModuleContext): Content {
  const newline = p.newline_sequence.replace('\\n', '\n').replace('\\r', '\r') as '\n' | '\r' | '\r\n';
  const text = context.render(
    context.local.template(source),
    {
      trimBlocks: p.trim_blocks,
      lstripBlocks: p.lstrip_blocks,
      newlineSequence: newline,
      blockStart: p.block_start_string,
      blockEnd: p.block_end_string,
      variableStart: p.variable_start_string,
      variableEnd: p.variable_end_string,
      commentStart: p.comment_start_string,
      commentEnd: p.comment_end_string,
      managed: true,
    },
    templateVariables({
      name: p.src,
      path: source,
      modified: new Date(context.local.stat(source)?.mtime ?? 0),
      destination: p.dest,
    }),
  );
  const secret = text instanceof Secret;
  return contentOf(encoded(secret ? text.reveal() : text, p.output_encoding), secret);
}

const ENCODINGS: Readonly<Record<string, BufferEncoding>> = {
  'utf-8': 'utf8',
  utf8: 'utf8',
  'utf-16-le': 'utf16le',
  'utf-16le': 'utf16le',
  ascii: 'ascii',
  'us-ascii': 'ascii',
  latin1: 'latin1',
  'latin-1': 'latin1',
  'iso-8859-1': 'latin1',
};

function encoded(text: string, name: string): Buffer {
  const encoding = ENCODINGS[name.toLowerCase().replaceAll('_', '-')];
  if (encoding === undefined) {
    throw new Failure(
      `output_encoding "${name}" is not supported`,
      {},
      `known: ${Object.keys(ENCODINGS).join(', ')}`,
    );
  }
  const bytes = encoding === 'utf8' ? bytesOfText(text) : Buffer.from(text, encoding);
  if (encoding === 'utf8' ? !isBytes(text) : bytes.toString(encoding) !== text)
    throw new Failure(`the rendered text cannot be written as ${name}`);
  return bytes;
}
