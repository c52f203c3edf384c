//! Who is behind an address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Nearness;

/// How near an address is; none: nobody is reached there whom a skill could mean.
///
/// What is not known to be public is not, so that ranges which are given out
/// later are found to be missing, and not to be open.
pub(super) fn nearness(address: IpAddr) -> Option<Nearness> {
    match address {
        IpAddr::V4(address) => v4(address),
        IpAddr::V6(address) => v6(address),
    }
}

fn v4(address: Ipv4Addr) -> Option<Nearness> {
    match address.octets() {
        [127, ..] => Some(Nearness::Loopback),
        [10, ..] | [172, 16..=31, ..] | [192, 168, ..] => Some(Nearness::Private),
        // Behind a provider's NAT, where clouds keep services of their own too.
        [100, 64..=127, ..] => Some(Nearness::Private),
        // This network; link-local, with the clouds' metadata; protocols and
        // relays; documentation; benchmarks; multicast and all above it.
        [0, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [192, 88, 99, _]
        | [198, 18..=19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _]
        | [224..=255, ..] => None,
        _ => Some(Nearness::Public),
    }
}

fn v6(address: Ipv6Addr) -> Option<Nearness> {
    if address == Ipv6Addr::LOCALHOST {
        return Some(Nearness::Loopback);
    }
    let [first, second, third, ..] = address.segments();
    match (first, second) {
        (0xfc00..=0xfdff, _) => Some(Nearness::Private),
        // Documentation.
        (0x2001, 0x0db8) | (0x3fff, 0..=0x0fff) => None,
        // Teredo, benchmarks, ORCHID: protocols, not hosts.
        (0x2001, 0..=0x01ff) => None,
        // 6to4: an IPv4 address within, which may be anybody's.
        (0x2002, _) => {
            let [a, b] = second.to_be_bytes();
            let [c, d] = third.to_be_bytes();
            v4(Ipv4Addr::new(a, b, c, d)).filter(|within| *within == Nearness::Public)
        }
        // All that is given out so far.
        (0x2000..=0x3fff, _) => Some(Nearness::Public),
        // NAT64 and mapped addresses are ways around the rules for IPv4; link-local,
        // multicast and the unknown are nobody's.
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_that_everybody_reaches_are_public() {
        for (addresses, expected) in [
            (
                "8.8.8.8 172.15.0.1 172.32.0.1 100.63.0.1 100.128.0.1 2606:4700::1 2002:808:808::1",
                Some(Nearness::Public),
            ),
            ("127.0.0.1 127.255.0.1 ::1", Some(Nearness::Loopback)),
            (
                "10.0.0.1 172.16.0.1 172.31.0.1 192.168.0.1 100.64.0.1 fd00::1 fc00::1",
                Some(Nearness::Private),
            ),
            (
                "0.0.0.0 0.1.2.3 169.254.169.254 192.0.2.1 198.18.0.1 224.0.0.1 240.0.0.1 \
                 255.255.255.255 :: fe80::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 \
                 64:ff9b::a00:1 64:ff9b:1::1 2002:7f00:1::1 2002:a00:1::1 2001::1 2001:db8::1 \
                 fec0::1 4000::1",
                None,
            ),
        ] {
            for address in addresses.split_whitespace() {
                assert_eq!(nearness(address.parse().unwrap()), expected, "{address}");
            }
        }
    }
}
