import ipaddr from 'ipaddr.js';

/** The only block of IPv6 that is given out to hosts (RFC 4291, 2.4 and IANA's registry). */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/**
 * Whether an address belongs to a host on the internet: none that is private, local, shared, reserved, a multicast's, or that
 * carries another address within it (mapped IPv4, NAT64, 6to4, Teredo).
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.parse(text);
  return address.range() === 'unicast' && (address.kind() === 'ipv4' || address.match(GLOBAL_UNICAST));
}
