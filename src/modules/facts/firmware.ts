import type { Collector } from './collector.ts';

const DMI = '/sys/class/dmi/id';

const FACTS: Readonly<Record<string, string>> = {
  bios_date: 'bios_date',
  bios_vendor: 'bios_vendor',
  bios_version: 'bios_version',
  board_asset_tag: 'board_asset_tag',
  board_name: 'board_name',
  board_serial: 'board_serial',
  board_vendor: 'board_vendor',
  board_version: 'board_version',
  chassis_asset_tag: 'chassis_asset_tag',
  chassis_serial: 'chassis_serial',
  chassis_vendor: 'chassis_vendor',
  chassis_version: 'chassis_version',
  product_name: 'product_name',
  product_serial: 'product_serial',
  product_uuid: 'product_uuid',
  product_version: 'product_version',
  system_vendor: 'sys_vendor',
};

/** What the firmware says of the machine; serial numbers are for root only. */
export const firmware: Collector = {
  name: 'dmi',
  group: 'hardware',
  files: [...Object.values(FACTS), 'chassis_type'].map(file => `${DMI}/${file}`),
  collect(raw) {
    const read = (file: string) => raw.line(`${DMI}/${file}`) ?? 'NA';
    const form = raw.line(`${DMI}/chassis_type`);
    return {
      ...Object.fromEntries(Object.entries(FACTS).map(([fact, file]) => [fact, read(file)])),
      form_factor: form === undefined ? 'NA' : (FORMS[Number(form)] ?? form),
    };
  },
};

/** The SMBIOS standard's names, by number. */
const FORMS = [
  ...['Unknown', 'Other', 'Unknown', 'Desktop', 'Low Profile Desktop', 'Pizza Box', 'Mini Tower', 'Tower'],
  ...['Portable', 'Laptop', 'Notebook', 'Hand Held', 'Docking Station', 'All In One', 'Sub Notebook'],
  ...['Space-saving', 'Lunch Box', 'Main Server Chassis', 'Expansion Chassis', 'Sub Chassis'],
  ...['Bus Expansion Chassis', 'Peripheral Chassis', 'RAID Chassis', 'Rack Mount Chassis', 'Sealed-case PC'],
  ...['Multi-system', 'CompactPCI', 'AdvancedTCA', 'Blade', 'Blade Enclosure', 'Tablet', 'Convertible'],
  ...['Detachable', 'IoT Gateway', 'Embedded PC', 'Mini PC', 'Stick PC'],
];
