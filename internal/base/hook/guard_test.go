package hook

import (
	"context"
	"encoding/binary"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/lienket/lienket/internal/base/auth"
	"github.com/lienket/lienket/internal/base/fault"
)

func TestPublic(t *testing.T) {
	for addr, want := range map[string]bool{
		"8.8.8.8": true, "1.1.1.1": true, "113.160.0.1": true, "172.15.255.255": true, "172.32.0.1": true, "100.63.255.255": true, "100.128.0.1": true,
		"192.167.255.255": true, "169.253.1.1": true, "223.255.255.255": true, "2001:4860:4860::8888": true, "2405:4800::1": true,

		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "10.255.255.255": false, "100.64.0.1": false, "100.100.100.200": false, "127.0.0.1": false, "127.255.0.1": false,
		"169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false, "192.0.0.192": false, "192.0.2.1": false, "192.88.99.1": false, "192.168.1.1": false,
		"198.18.0.1": false, "198.19.255.255": false, "198.51.100.1": false, "203.0.113.9": false, "224.0.0.1": false, "239.255.255.250": false, "240.0.0.1": false,
		"255.255.255.255": false, "168.63.129.16": false,

		"::": false, "::1": false, "::127.0.0.1": false, "::8.8.8.8": false, "::ffff:127.0.0.1": false, "::ffff:8.8.8.8": false, "::ffff:0:127.0.0.1": false,
		"64:ff9b::7f00:1": false, "64:ff9b::808:808": false, "64:ff9b:1::a00:1": false, "100::1": false, "2001::1": false, "2001:0:4136:e378::1": false, "2001:2::1": false,
		"2001:10::1": false, "2001:20::1": false, "2001:db8::1": false, "2002:7f00:1::": false, "2002:a00:1::1": false, "3fff::1": false, "5f00::1": false,
		"fc00::1": false, "fd00:ec2::254": false, "fe80::1": false, "fe80::1%eth0": false, "2001:4860:4860::8888%eth0": false, "fec0::1": false, "ff02::1": false, "4000::1": false,
	} {
		a, err := netip.ParseAddr(addr)
		must(t, err)
		if got := public(a); got != want {
			t.Errorf("%s is public: %v", addr, got)
		}
	}
}

// TestPermit_OnlyPublicByTLS: without further permission only two ports, by https, and not
// this machine under any of its addresses.
func TestPermit_OnlyPublicByTLS(t *testing.T) {
	at := netip.MustParseAddrPort
	none, office := &Config{}, &Config{}
	office.Allow = AllowNets([]netip.Prefix{netip.MustParsePrefix("10.1.2.0/24"), netip.MustParsePrefix("fd12::/16")})
	for _, c := range []struct {
		cfg   *Config
		to    string
		plain bool
		want  bool
	}{
		{none, "8.8.8.8:443", false, true},
		{none, "8.8.8.8:8443", false, true},
		{none, "8.8.8.8:80", false, false},
		{none, "8.8.8.8:25", false, false},
		{none, "8.8.8.8:443", true, false},
		{none, "10.1.2.3:443", false, false},
		{office, "10.1.2.3:443", false, true},
		{office, "10.1.2.3:8080", true, true},
		{office, "10.1.3.3:443", false, false},
		{office, "[fd12::1]:80", true, true},
		{office, "8.8.8.8:80", true, false},
		{office, "8.8.8.8:443", false, true},
		{office, "[::ffff:10.1.2.3]:443", false, false},
	} {
		if got := c.cfg.permit(at(c.to), c.plain); got != c.want {
			t.Errorf("%s (plain %v): %v, want %v", c.to, c.plain, got, c.want)
		}
	}
	all, err := net.InterfaceAddrs()
	must(t, err)
	for _, x := range all {
		if a, ok := netip.AddrFromSlice(x.(*net.IPNet).IP); ok && !own(a.Unmap()) {
			t.Errorf("%s is not known to be this machine's", a)
		}
	}
	if AllowNets(nil) != nil {
		t.Error("no networks allow something")
	}
}

// evasions are ways to write an address that leads to this machine or its network.
var evasions = []string{
	"https://127.0.0.1/", "https://127.1/", "https://127.0.1/", "https://2130706433/", "https://0x7f000001/", "https://0x7f.0.0.1/", "https://0177.0.0.1/",
	"https://017700000001/", "https://127.0.0.1./", "https://0/", "https://0.0.0.0/", "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://a.localhost/",
	"https://ｌｏｃａｌｈｏｓｔ/", "https://①②⑦.⓪.⓪.①/", "https://127。0。0。1/", "https://[::1]/", "https://[::]/", "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::127.0.0.1]/",
	"https://[64:ff9b::127.0.0.1]/", "https://[2002:7f00:1::]/", "https://[fe80::1%25lo]/", "https://[::1%25lo]/", "https://[0:0:0:0:0:0:0:1]/", "https://[0000::1]/",
	"https://10.0.0.5/", "https://192.168.1.1/", "https://172.20.0.1/", "https://100.64.0.9/", "https://169.254.169.254/latest/meta-data/", "https://2852039166/",
	"https://[fd00:ec2::254]/", "https://metadata.google.internal/", "https://printer.local/", "https://intranet/", "https://168.63.129.16/",
	"http://example.com/", "https://example.com:22/", "https://example.com:80/", "https://user:pw@example.com/", "https://example.com@127.0.0.1/", "https://127.0.0.1#@example.com/",
	"https://127.0.0.1\\@example.com/", "https:///x", "https://", "//example.com/", "example.com", "ftp://example.com/", "file:///etc/passwd", "gopher://127.0.0.1:70/",
	"javascript:alert(1)", "https:example.com", "https://exa mple.com/", "https://example.com/\r\nHost: x", "https://[::1", "https://%31%32%37.0.0.1/", "unix:///run/x.sock", "",
}

// TestEvasions: each is refused in the form, or at the latest when it is connected to; the
// canary on this machine hears nothing.
func TestEvasions(t *testing.T) {
	var strayed atomic.Int64
	canary := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { strayed.Add(1) }))
	t.Cleanup(canary.Close)
	_, port, _ := net.SplitHostPort(canary.Listener.Addr().String())
	k := newKitOn(t)
	k.Allow = nil
	k.resolver = &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no names here")
	}}
	lan := k.account("lan", auth.Officer, "", 0)
	send := k.newSender(false)
	refused := 0
	for _, u := range evasions {
		_, _, err := k.Add(t.Context(), nil, "test", lan, Wish{Name: "x", URL: u, Kinds: []Kind{EntryAdded}})
		if err != nil {
			if fault.CodeOf(err) != fault.Invalid {
				t.Errorf("%q: %v", u, err)
			}
			if strings.Contains(err.Error(), "pw") {
				t.Errorf("%q is quoted in the fault", u)
			}
			refused++
		}
		// Whatever the form thinks of it: the connection is not made, on no port.
		at := []string{u}
		if p, err := url.Parse(u); err == nil && p.Host != "" {
			p.Host = strings.TrimSuffix(p.Host, ":"+p.Port()) + ":" + port
			at = append(at, p.String())
		}
		for _, at := range at {
			if o := send.post(t.Context(), at, nil, nil); o.fail == "" || o.status != 0 {
				t.Errorf("%q was connected to: %+v", at, o)
			}
		}
	}
	if n := strayed.Load(); n != 0 {
		t.Errorf("the canary was reached %d times", n)
	}
	if refused < len(evasions)-12 {
		t.Errorf("the form refused %d of %d", refused, len(evasions))
	}
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "2130706433", "127.1"} {
		if o := send.post(t.Context(), "https://"+host+":"+port+"/", nil, nil); o.fail == "" {
			t.Errorf("%s was connected to", host)
		}
	}
	if n := strayed.Load(); n != 0 {
		t.Errorf("the canary was reached %d times", n)
	}
}

// fakeDNS answers every name with the addresses in turn.
type fakeDNS struct {
	mu      sync.Mutex
	answers []string
	asked   int
}

func (f *fakeDNS) next() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asked++
	a := f.answers[0]
	if len(f.answers) > 1 {
		f.answers = f.answers[1:]
	}
	return a
}

func (f *fakeDNS) resolver(t *testing.T) *net.Resolver {
	pc, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { pc.Close() })
	go func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := pc.ReadFrom(buf)
			if err != nil {
				return
			}
			_, _ = pc.WriteTo(f.reply(buf[:n]), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", pc.LocalAddr().String())
	}}
}

// reply is an answer to one question: the address for A, nothing for other types.
func (f *fakeDNS) reply(q []byte) []byte {
	end := 12
	for q[end] != 0 {
		end += int(q[end]) + 1
	}
	end += 5
	out := append([]byte(nil), q[:end]...)
	binary.BigEndian.PutUint16(out[2:], 0x8180)
	binary.BigEndian.PutUint64(out[4:], 0x0001_0000_0000_0000)
	if binary.BigEndian.Uint16(q[end-4:]) == 1 {
		out[7] = 1
		a := netip.MustParseAddr(f.next()).As4()
		out = append(out, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		out = append(out, a[:]...)
	}
	return out
}

// TestGuard_ANameThatChangesItsAnswer: the address of the connection counts, each time, not
// what the name led to when it was written down or tried before.
func TestGuard_ANameThatChangesItsAnswer(t *testing.T) {
	k := newKitOn(t)
	r := newReceiver(t, nil)
	// 127.0.0.2 stands for the inside: the same machine hears it, and it is not allowed.
	dns := &fakeDNS{answers: []string{"127.0.0.1", "127.0.0.2"}}
	k.resolver = dns.resolver(t)
	send := k.newSender(false)
	send.client.Transport.(*http.Transport).TLSClientConfig.InsecureSkipVerify = true // the name is not in the certificate
	_, port, _ := net.SplitHostPort(r.Listener.Addr().String())
	inside, err := net.Listen("tcp", "127.0.0.2:"+port)
	must(t, err)
	var strayed atomic.Int64
	go func() {
		for {
			c, err := inside.Accept()
			if err != nil {
				return
			}
			strayed.Add(1)
			c.Close()
		}
	}()
	t.Cleanup(func() { inside.Close() })
	at := "https://rebind.example.com:" + port + "/"
	if o := send.post(t.Context(), at, nil, nil); o.fail != "" || o.status != http.StatusNoContent {
		t.Fatalf("the first answer: %+v", o)
	}
	for range 3 {
		if o := send.post(t.Context(), at, nil, nil); o.fail != "address" {
			t.Errorf("the changed answer: %+v", o)
		}
	}
	if n := strayed.Load(); n != 0 || len(r.got()) != 1 || dns.asked < 4 {
		t.Errorf("inside reached %d times, receiver %d times, names asked %d times", n, len(r.got()), dns.asked)
	}
}
