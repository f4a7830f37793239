export function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

/** Only the one spelling that a sealer writes. */
export function fromBase64(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return text !== '' && bytes.toString('base64') === text ? bytes : undefined;
}
