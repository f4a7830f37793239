import { integer } from '../../core/number.ts';
import { Fault } from '../grammar/fault.ts';
import { isInteger, pythonType } from '../python/values.ts';
import { type FilterTable, filter, textIn } from './filter.ts';

/** community.crypto's filters that need no cryptography. */
export const pemFilters: FilterTable = {
  split_pem: filter('data', ([data]) => {
    return textIn('split_pem', data).match(PEM) ?? [];
  }),
  parse_serial: filter('data', ([data]) => {
    const parts = textIn('parse_serial', data).split(':');
    for (const part of parts) {
      if (!/^0*[0-9a-f]{1,2}$/i.test(part))
        throw new Fault(`parse_serial: '${part}' is no byte in hexadecimal digits`);
    }
    return integer(BigInt(`0x${parts.map(part => part.slice(-2).padStart(2, '0')).join('')}`));
  }),
  to_serial: filter('data', ([data]) => {
    const serial = typeof data === 'boolean' ? Number(data) : data;
    if (!isInteger(serial)) throw new Fault(`to_serial takes a whole number, not ${pythonType(data)}`);
    if (serial < 0) throw new Fault('to_serial takes no negative number');
    const digits = serial.toString(16).toUpperCase();
    return digits
      .padStart(digits.length + (digits.length % 2), '0')
      .match(/../g)!
      .join(':');
  }),
};

const PEM = /^-----BEGIN [^\n]*-----\r?\n(?:(?!-----)[^\n]*\n)*-----END [^\n]*-----(?:\r?\n|$(?!\n))/gm;
