/** The place of a node: line and column from 0; `start` and `end` are offsets, where a whole statement is known. */
export interface At {
  readonly lineno: number;
  readonly colno: number;
}

export interface Extent {
  start: number;
  end: number;
}

export type Literal = At & {
  typename: 'Literal';
  value: Constant;
  /** It holds a template that is rendered in its turn. */
  embedded?: boolean;
};
/** A number as it was written, so that `1.0` and big integers keep what they are. */
export type Constant = string | boolean | null | { readonly number: string; readonly float: boolean };
export type Name = At & { typename: 'Symbol'; value: string };
export type Sequence = At & { typename: 'Array' | 'Group'; children: Expression[] };
export type Pair = At & { typename: 'Pair'; key: Expression; value: Expression };
export type DictLiteral = At & { typename: 'Dict'; children: Pair[] };
export type Lookup = At & { typename: 'LookupVal'; target: Expression; val: Expression; attribute: boolean };
export type Slice = At & {
  typename: 'Slice';
  start: Expression | null;
  stop: Expression | null;
  step: Expression | null;
};
export type Binary = At & {
  typename: 'Add' | 'Sub' | 'Mul' | 'Div' | 'FloorDiv' | 'Mod' | 'Pow' | 'And' | 'Or';
  left: Expression;
  right: Expression;
};
export type Unary = At & { typename: 'Not' | 'Neg' | 'Pos'; target: Expression };
export type ConcatAll = At & { typename: 'ConcatAll'; children: Expression[] };
export type Operand = At & { typename: 'CompareOperand'; expr: Expression; type: string };
export type Comparison = At & { typename: 'Compare'; expr: Expression; ops: Operand[] };
export type InlineIf = At & {
  typename: 'InlineIf';
  cond: Expression;
  body: Expression;
  else_: Expression | null;
};
export interface Arguments {
  positional: Expression[];
  named: { name: string; value: Expression }[];
  rest: Expression | null;
  namedRest: Expression | null;
}
export type Call = At & { typename: 'FunCall'; name: Expression; args: Arguments } & Extent;
/** `target` is null in a filter block, where the block's text takes its place. */
export type FilterCall = At & {
  typename: 'FilterCall';
  target: Expression | null;
  name: string;
  args: Arguments;
};
export type TestCall = At & { typename: 'TestCall'; target: Expression; name: string; args: Arguments };

export type Expression =
  | Literal
  | Name
  | Sequence
  | DictLiteral
  | Lookup
  | Slice
  | Binary
  | Unary
  | ConcatAll
  | Comparison
  | InlineIf
  | Call
  | FilterCall
  | TestCall;

export type NamespaceTarget = At & { typename: 'NamespaceTarget'; name: string; attribute: string };
export type Target = Name | NamespaceTarget | { typename: 'Targets'; children: Target[] };

export type Data = At & { typename: 'TemplateData'; value: string };
export type Output = At & Extent & { typename: 'Output'; children: [Expression | Data] };
export type If = At & Extent & { typename: 'If'; cond: Expression; body: Body; else_: Body | If | null };
export type For = At &
  Extent & {
    typename: 'Loop';
    target: Target;
    iterable: Expression;
    test: Expression | null;
    recursive: boolean;
    body: Body;
    else_: Body | null;
  };
export type Assign = At & Extent & { typename: 'Assign'; target: Target; value: Expression };
export type AssignBlock = At &
  Extent & { typename: 'AssignBlock'; target: Target; filters: FilterCall | null; body: Body };
export interface Parameter {
  name: string;
  fallback: Expression | null;
}
export type Macro = At & Extent & { typename: 'MacroDef'; name: string; parameters: Parameter[]; body: Body };
export type CallBlock = At &
  Extent & { typename: 'CallBlock'; parameters: Parameter[]; call: Call; body: Body };
export type FilterBlock = At & Extent & { typename: 'FilterBlock'; filters: FilterCall; body: Body };
export type Do = At & Extent & { typename: 'Do'; value: Expression };
export type With = At &
  Extent & { typename: 'With'; targets: { target: Target; value: Expression }[]; body: Body };
export type Scoped = At & Extent & { typename: 'Scoped'; body: Body };
export type Block = At &
  Extent & { typename: 'BlockDef'; name: string; scoped: boolean; required: boolean; body: Body };
export type Extends = At & Extent & { typename: 'Extends'; template: Expression };
export type Include = At &
  Extent & { typename: 'IncludeOf'; template: Expression; ignoreMissing: boolean; withContext: boolean };
export type Import = At &
  Extent & { typename: 'ImportOf'; template: Expression; target: string; withContext: boolean };
export type FromImport = At &
  Extent & {
    typename: 'FromImportOf';
    template: Expression;
    names: { name: string; as: string }[];
    withContext: boolean;
  };
export type LoopControl = At & Extent & { typename: 'LoopControl'; kind: 'break' | 'continue' };

export type Statement =
  | Output
  | If
  | For
  | Assign
  | AssignBlock
  | Macro
  | CallBlock
  | FilterBlock
  | Do
  | With
  | Scoped
  | Block
  | Extends
  | Include
  | Import
  | FromImport
  | LoopControl;

export type Body = At & { typename: 'NodeList' | 'Root'; children: Statement[] };
export type AnyNode = Expression | Statement | Body | Data | Operand | Pair | NamespaceTarget;

type FieldsOf<T> = Omit<T, 'typename' | 'lineno' | 'colno'>;

/** Nodes are named as nunjucks names them, where it has them. Its classes take longer to fill than all else in parsing. */
export function node<T extends AnyNode>(typename: T['typename'], at: At, fields: FieldsOf<T>): T {
  return { typename, lineno: at.lineno, colno: at.colno, ...fields } as unknown as T;
}
