import type { Block } from '../../core/play.ts';
import { present } from './directives.ts';

type BlockContent = Partial<Pick<Block, 'tasks' | 'rescue' | 'always'>>;

/** A block whose content is read with the block itself as parent. */
export function makeBlock(
  head: Omit<Block, 'kind' | keyof BlockContent>,
  content: (block: Block) => BlockContent,
): Block {
  const block: Block = present({ ...head, kind: 'block' as const, tasks: [], rescue: [], always: [] });
  return Object.assign(block, content(block));
}
