/** A hardware address of 48 or 64 bits. */
export interface HardwareAddress {
  readonly number: bigint;
  readonly bits: 48 | 64;
}

/** A hardware address in any of the usual forms, or as a number; undefined for anything else. */
export function parseMac(text: string): HardwareAddress | undefined {
  for (const { bits, pattern, digits } of FORMS) {
    const groups = pattern.exec(text)?.[0].trimEnd().split(/[-:.]/);
    if (groups)
      return { bits, number: BigInt(`0x${groups.map(group => group.padStart(digits, '0')).join('')}`) };
  }
  if (!/^\d{1,20}$/.test(text)) return undefined;
  const number = BigInt(text);
  if (number >> 64n) return undefined;
  return { number, bits: number >> 48n ? 64 : 48 };
}

/** So many groups of so many hexadecimal digits. */
export function printMac({ number, bits }: HardwareAddress, digits: number, separator: string): string {
  const hex = number.toString(16).padStart(bits / 4, '0');
  return hex.match(new RegExp(`.{${digits}}`, 'g'))!.join(separator);
}

/** The 64 bits that name an interface, of an address of either length. */
export function interfaceOf({ number, bits }: HardwareAddress): bigint {
  const eui64 = bits === 64 ? number : ((number >> 24n) << 40n) | (0xfffen << 24n) | (number & 0xffffffn);
  return eui64 ^ (1n << 57n);
}

function form(bits: 48 | 64, count: number, digits: number, least: number, separators: string) {
  const group = `[0-9a-f]{${least},${digits}}`;
  const alternatives = [...separators].map(one => new Array<string>(count).fill(group).join(`\\${one}`));
  return { bits, digits, pattern: new RegExp(`^(?:${alternatives.join('|')})\\n?$`, 'i') } as const;
}

const FORMS = [
  form(48, 6, 2, 1, ':-'),
  form(48, 3, 4, 1, ':-.'),
  form(48, 2, 6, 5, ':-'),
  { bits: 48, digits: 12, pattern: /^[0-9a-f]{11,12}$/i } as const,
  form(64, 8, 2, 1, ':-'),
  form(64, 4, 4, 1, ':-.'),
  { bits: 64, digits: 16, pattern: /^[0-9a-f]{16}$/i } as const,
];
