// How the fields of a settings tab are put together: headings, what is folded away, what DHCP decides.

import { plainKey } from './fields.js';
import { bytes, t } from './i18n.js';

// By tab the beginnings of keys and their headings; what fits none stands under the tab's own heading.
const headings = {
  General: [[/^(DHCP|ADDRESS|NETMASK|GATEWAY|NAMESERVER\d|ENABLE)/, 'network'], [/^(TIMEZONE|TIMESERVER|SNTP)/, 'time']],
  Configuration: [
    [/^MBUSSLV/, 'mbusSlave'], [/^WMBUS2/, 'wmbus2'], [/^(WMBUS|SHOWKEYS)/, 'wmbus'], [/^SN?NULL/, 'pulse'],
    [/^DLDE/, 'serial'], [/^MBUS/, 'mbus'],
  ],
  Server: [[/^MODBUS/, 'modbus'], [/^BACNET/, 'bacnet']],
};

// The order of the manuals (MUC500 manual 1.1, tables 8, 11 and 13); what is not named stands behind.
const order = {
  General: ['General', 'network', 'time'],
  Configuration: ['Configuration', 'mbus', 'mbusSlave', 'wmbus', 'wmbus2', 'pulse', 'serial'],
  Server: ['Server', 'REPORT', 'modbus', 'bacnet'],
};

/** Fields by the headings under which they stand, headings in their order. */
export function bySection(tab, fields) {
  const sections = new Map();
  for (const field of fields) {
    const id = section(tab, field);
    if (!sections.has(id)) sections.set(id, []);
    sections.get(id).push(field);
  }
  const place = (id) => ((order[tab]?.indexOf(id) ?? -1) + 1) || 100;
  return [...sections].sort((a, b) => place(a[0]) - place(b[0]));
}

/** The heading under which a field stands. */
export function section(tab, field) {
  if (reportNumber(field) !== undefined) return 'REPORT';
  const name = plainKey(field);
  return headings[tab]?.find(([pattern]) => pattern.test(name))?.[1] ?? tab;
}

/** The number of the report that a field belongs to. */
export function reportNumber(field) {
  const match = /(?:^|\.)REPORT_?(\d+)\./i.exec(field.id);
  return match ? Number(match[1]) : undefined;
}

// Switches, the values with which their service is off, and the fields that mean nothing then.
const switches = [
  { by: /^MODBUSENABLE$/, fields: /^MODBUS/ },
  { by: /^BACNETENABLE$/, fields: /^BACNET/ },
  { by: /^BACNETCONFIGURENETWORK$/, fields: /^BACNET(IP|NETMASK|BROADCAST)$/ },
  { by: /^DLDERSENABLE$/, fields: /^DLDERS(?!TRANSPARENT)/ },
  { by: /^WMBUSMODE$/, fields: /^WMBUS(?!2)/ },
  { by: /^WMBUS2MODE$/, fields: /^WMBUS2/ },
  { by: /^MBUSSLVMETERMODE$/, fields: /^MBUSSLVMETER/ },
  { by: /^MBUSSLV2METERMODE$/, fields: /^MBUSSLV2METER/ },
  { by: /^MODE$/, fields: /./, isReport: true },
];
const offValues = new Set(['0', '', 'DISABLED', 'DISABLE', 'OFF', 'NONE']);

/** True for a field of a service that is off. */
export function isFolded(field, fields, valueOf) {
  const name = plainKey(field);
  const report = reportNumber(field);
  return switches.some((rule) => {
    if (Boolean(rule.isReport) !== (report !== undefined) || rule.by.test(name) || !rule.fields.test(name)) return false;
    const by = fields.find((one) => rule.by.test(plainKey(one)) && reportNumber(one) === report);
    return by !== undefined && offValues.has(valueOf(by).toUpperCase());
  });
}

const fromDHCP = /^(ADDRESS|NETMASK|GATEWAY|NAMESERVER\d)$/;

/** True for a network field that DHCP fills in. */
export function isByDHCP(field, fields, valueOf) {
  if (!fromDHCP.test(plainKey(field)) || !/(^|\.)?(IP|DNS)\./.test(field.id)) return false;
  const dhcp = fields.find((one) => /(^|\.)DHCP$/.test(one.id));
  return dhcp !== undefined && valueOf(dhcp) === '1';
}

/** The addresses by which others reach the machine; undefined: nobody tells. */
export const outerAddresses = (status) => status?.addresses?.filter((one) => !/^(127\.|::1$|fe80:)/.test(one)).join(', ') || undefined;

// A folder that is not there has none, like a full one.
const room = (count) => (count ? bytes(count) : t('general.noRoom'));

/** How much room there is for logs and for the configuration, which may be the same: lines of a name and a text. */
export function freeSpace({ freeLog, freeFlash }) {
  const lines = [['general.freeLog', freeLog], ['general.freeFlash', freeFlash]].filter(([, count]) => count !== undefined);
  return freeLog === freeFlash && lines.length ? [[t('general.free'), room(freeLog)]] : lines.map(([name, count]) => [t(name), room(count)]);
}
