package hook

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// sender posts to receivers.
type sender struct {
	client   *http.Client
	patience time.Duration
}

const (
	mostAnswer = 4 << 10  // of a body; nobody reads it
	mostHead   = 16 << 10 // of an answer's headers
)

func (h *Hooks) newSender(plain bool) sender {
	return sender{patience: h.patience, client: &http.Client{
		Transport: &http.Transport{ // without a Proxy: the environment's would connect for us, past the guard
			DialContext:     h.dialer(plain).DialContext,
			TLSClientConfig: &tls.Config{RootCAs: h.Roots, MinVersion: tls.VersionTLS12},
			// Each delivery is a connection of its own, so that each is guarded.
			DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: mostHead,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// outcome is how a try went. Fail is a word of hook.fail.…, "" when it was taken.
type outcome struct {
	status int
	fail   string
	took   time.Duration
}

// body is what is posted: the same bytes at each try.
func (d *due) body() ([]byte, error) {
	return json.Marshal(struct {
		ID      string    `json:"id"`
		Type    Kind      `json:"type"`
		At      time.Time `json:"at"`
		Object  string    `json:"object"`
		Version int64     `json:"version"`
		Path    string    `json:"path"`
	}{d.ref, d.kind, d.made, d.object, d.version, d.path})
}

// post makes one try. An error is ours (a secret that does not open); whatever is the
// receiver's is in the outcome.
func (h *Hooks) post(ctx context.Context, d *due, now time.Time) (o outcome, err error) {
	body, err := d.body()
	if err != nil {
		return o, err
	}
	secrets := make([]string, 0, 2)
	for _, sealed := range d.secrets(now) {
		s, err := h.unseal(d.account, sealed)
		if err != nil {
			return o, err
		}
		secrets = append(secrets, s)
	}
	sign, err := signature(d.ref, now.Unix(), body, secrets...)
	if err != nil {
		return o, err
	}
	h.once.Do(func() { h.tls, h.raw = h.newSender(false), h.newSender(true) })
	s := h.tls
	if strings.HasPrefix(d.url, "http:") {
		s = h.raw
	}
	begun := time.Now()
	o = s.post(ctx, d.url, body, map[string]string{
		"Content-Type": "application/json", "User-Agent": strings.TrimSuffix("lienket-webhook/"+h.Version, "/"),
		"webhook-id": d.ref, "webhook-timestamp": strconv.FormatInt(now.Unix(), 10), "webhook-signature": sign,
	})
	o.took = time.Since(begun)
	return o, nil
}

func (s sender) post(ctx context.Context, url string, body []byte, head map[string]string) (o outcome) {
	ctx, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	if err != nil {
		return outcome{fail: "connect"}
	}
	for k, v := range head {
		req.Header.Set(k, v)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return outcome{fail: failWord(err)}
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, mostAnswer)
	o.status = res.StatusCode
	switch {
	case o.status >= 200 && o.status < 300:
	case o.status >= 300 && o.status < 400:
		o.fail = "redirect"
	case o.status == http.StatusGone:
		o.fail = "gone"
	default:
		o.fail = "status"
	}
	return o
}

// failWord says in one of our words why nothing was answered: the error itself quotes the
// address, which may hold a secret of the receiver.
func failWord(err error) string {
	var dns *net.DNSError
	var cert *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var alert tls.AlertError
	var name x509.HostnameError
	var slow net.Error
	switch {
	case errors.Is(err, errAddress):
		return "address"
	case errors.Is(err, context.DeadlineExceeded) || errors.As(err, &slow) && slow.Timeout():
		return "timeout"
	case errors.As(err, &dns):
		return "dns"
	case errors.As(err, &cert) || errors.As(err, &record) || errors.As(err, &alert) || errors.As(err, &name):
		return "tls"
	}
	return "connect"
}
