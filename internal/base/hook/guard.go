package hook

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
)

// The guard against being sent to where only we can go: this machine, the office's network,
// a cloud's metadata. It looks at the address of each connection at the moment when it is
// made, so that neither odd spellings of an address nor a name that changes its answer get
// past it.

var errAddress = errors.New("hook: this address is not connected to")

// ports that receivers may have by https.
var ports = []uint16{443, 8443}

// private are the IPv4 ranges that are not on the public net (RFC 6890 and later).
var private = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24", "198.18.0.0/15", "198.51.100.0/24",
	"203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"168.63.129.16/32", // public by number, a cloud's own service by use
)

// Of IPv6 only global unicast (2000::/3) is public, without these: protocol assignments with
// Teredo, documentation, 6to4. IPv4-mapped and -compatible forms, NAT64, local and multicast
// addresses lie outside.
var (
	global6 = netip.MustParsePrefix("2000::/3")
	not6    = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

func prefixes(all ...string) (out []netip.Prefix) {
	for _, s := range all {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// public reports whether an address is on the public net.
func public(a netip.Addr) bool {
	in := func(p netip.Prefix) bool { return p.Contains(a) }
	switch {
	case !a.IsValid() || a.Zone() != "" || a.Is4In6():
		return false
	case a.Is4():
		return !slices.ContainsFunc(private, in)
	}
	return global6.Contains(a) && !slices.ContainsFunc(not6, in)
}

// own reports whether an address is one of this machine's.
func own(a netip.Addr) bool {
	all, err := net.InterfaceAddrs()
	if err != nil {
		return true
	}
	return slices.ContainsFunc(all, func(x net.Addr) bool {
		n, ok := x.(*net.IPNet)
		if !ok {
			return false
		}
		b, ok := netip.AddrFromSlice(n.IP)
		return ok && b.Unmap() == a
	})
}

// permit says whether a connection may be made.
func (c *Config) permit(to netip.AddrPort, plain bool) bool {
	if c.Allow != nil && c.Allow(to) {
		return true
	}
	return !plain && slices.Contains(ports, to.Port()) && public(to.Addr()) && !own(to.Addr())
}

// dialer connects only to what is permitted.
func (h *Hooks) dialer(plain bool) *net.Dialer {
	return &net.Dialer{
		Timeout: h.patience, KeepAlive: -1, Resolver: h.resolver,
		ControlContext: func(_ context.Context, network, address string, _ syscall.RawConn) error {
			to, err := netip.ParseAddrPort(address)
			if err != nil || network != "tcp4" && network != "tcp6" || !h.permit(to, plain) {
				return errAddress
			}
			return nil
		},
	}
}

// AllowNets makes an Allow of networks; without any it is nil.
func AllowNets(all []netip.Prefix) func(netip.AddrPort) bool {
	if len(all) == 0 {
		return nil
	}
	return func(to netip.AddrPort) bool {
		return slices.ContainsFunc(all, func(p netip.Prefix) bool { return p.Contains(to.Addr()) })
	}
}
