import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../../functions/adapters/callbacks/public-address.ts';

// Blocks of IANA's registries of special-purpose addresses, with their first and last addresses, and forms that parsers take.
const NOT_PUBLIC: Readonly<Record<string, readonly string[]>> = {
  'this network': ['0.0.0.0', '0.0.0.1', '0.255.255.255'],
  private: ['10.0.0.0', '10.255.255.255', '172.16.0.0', '172.31.255.255', '192.168.0.0', '192.168.255.255'],
  'shared (carrier-grade NAT)': ['100.64.0.0', '100.127.255.255'],
  loopback: ['127.0.0.1', '127.255.255.255', '::1', '0:0:0:0:0:0:0:1'],
  "link-local, Lambda's and EC2's own": [
    '169.254.0.0',
    '169.254.76.1',
    '169.254.169.253',
    '169.254.169.254',
    '169.254.170.2',
    '169.254.255.255',
    'fe80::1',
    'fe80::1%eth0',
    'febf:ffff::1',
    'fd00:ec2::254',
  ],
  'unique local and site-local': ['fc00::1', 'fdff:ffff::1', 'fec0::1', 'feff::1'],
  'protocol assignments': ['192.0.0.0', '192.0.0.8', '192.0.0.170', '192.0.0.255'],
  documentation: ['192.0.2.1', '198.51.100.1', '203.0.113.255', '2001:db8::1', '2001:db8:ffff::1', '3fff::1'],
  benchmarks: ['198.18.0.0', '198.19.255.255', '2001:2::1'],
  multicast: ['224.0.0.1', '239.255.255.255', 'ff02::1', 'ff0e::1'],
  'reserved and broadcast': ['240.0.0.1', '255.255.255.254', '255.255.255.255'],
  '6to4 and its relays': ['192.88.99.1', '2002:7f00:1::', '2002:a9fe:a9fe::', '2002:808:808::1'],
  'AS112 and AMT': ['192.31.196.1', '192.52.193.1', '192.175.48.1', '2001:4:112::1', '2620:4f:8000::1'],
  unspecified: ['::', '0:0:0:0:0:0:0:0'],
  'IPv4 within IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:a9fe:a9fe',
    '::ffff:8.8.8.8',
    '::127.0.0.1',
    '::ffff:0:127.0.0.1',
  ],
  NAT64: ['64:ff9b::7f00:1', '64:ff9b::10.0.0.1', '64:ff9b:1::1', '64:ff9b:1:ffff::10.0.0.1'],
  Teredo: ['2001::1', '2001:0:4136:e378:8000:63bf:3fff:fdd2'],
  'ORCHID and others of 2001::/23': ['2001:1::1', '2001:10::1', '2001:20::1', '2001:30::1'],
  'discard only': ['100::1'],
  'segment routing': ['5f00::1'],
  'never given out': ['4000::1', '8000::1', 'e000::1'],
  'no address': ['', 'localhost', 'example.com', '1.2.3.4.5', '256.1.1.1', '1:2:3', '::1::', ' 8.8.8.8', '8.8.8.8/32'],
};

const PUBLIC = [
  '1.1.1.1',
  '8.8.8.8',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.1',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2001:200::1',
  '2606:4700:4700::1111',
  '2a00:1450:4001::1',
];

const forms = Object.entries(NOT_PUBLIC).flatMap(([block, addresses]) =>
  addresses.map((address) => [block, address] as const),
);

describe('an address', () => {
  it('is tried in at least 60 forms', () => {
    expect(forms.length + PUBLIC.length).toBeGreaterThan(60);
  });

  it.each(forms)('of the block "%s", %s, is not called', (_block, address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it.each(PUBLIC)('of a host on the internet, %s, is', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });
});
