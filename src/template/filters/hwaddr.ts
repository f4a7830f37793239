import { didYouMean } from '../../core/error.ts';
import { integer } from '../../core/number.ts';
import { Fault } from '../grammar/fault.ts';
import { asText } from '../network/input.ts';
import { type HardwareAddress, parseMac, printMac } from '../network/mac.ts';
import { type Filter, type FilterTable, filter } from './filter.ts';

/** Filters for hardware addresses. */
export const hwaddrFilters: FilterTable = { hwaddr: of('hwaddr'), macaddr: of('macaddr') };

function of(name: string): Filter {
  return filter("value, query='', alias=None", ([value, query]) => {
    const text = asText(value);
    const form = asText(query);
    const address = parseMac(text);
    if (form === '') return address ? text : null;
    if (form === 'bool') return address ? true : null;
    if (!address) throw new Fault(`${name}: '${text}' is not a hardware address`);
    if (form === 'int') return integer(address.number);
    const write = FORMS.get(form);
    if (!write) throw new Fault(`${name} knows no query '${form}'`, didYouMean(form, FORMS.keys()));
    if (address.bits !== 48) throw new Fault(`${name}: '${text}' has more than 48 bits`);
    return write(address);
  });
}

const grouped = (digits: number, separator: string) => (address: HardwareAddress) =>
  printMac(address, digits, separator);
const windows = (address: HardwareAddress): string => printMac(address, 2, '-').toUpperCase();
const postgresql = grouped(6, ':');

const FORMS: ReadonlyMap<string, (address: HardwareAddress) => string> = new Map([
  ['bare', address => printMac(address, 12, '').toUpperCase()],
  ['cisco', grouped(4, '.')],
  ['eui48', windows],
  ['win', windows],
  ['linux', grouped(2, ':')],
  // Groups without leading zeros.
  ['unix', address => printMac(address, 2, ':').replace(/\b0/g, '')],
  ['pgsql', postgresql],
  ['postgresql', postgresql],
  ['psql', postgresql],
]);
