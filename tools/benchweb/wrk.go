package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// load is what one measurement sends: requests that are built before and sent in turn, or
// one whose {n} is another number each time.
type load struct {
	requests []request
	counted  bool // {n} stands in the body and in the headers
}

type request struct {
	method, path, body string
	head               map[string]string
}

// shot is one run of the load generator.
type shot struct {
	RPS    float64 `json:"rps"`
	P50    float64 `json:"p50"`
	P99    float64 `json:"p99"`
	N      int     `json:"n"`
	Errors int     `json:"err"`
	Bytes  int64   `json:"bytes"`

	cpu    time.Duration // of the server, per request
	behind time.Duration // of the database server behind it, per request
}

const script = `
local list = {}
local counted = %t
local n = %d
function init()
%s
end
local i = 0
request = function()
  i = i + 1
  local r = list[i %% #list + 1]
  if not counted then return r end
  n = n + 1
  return (string.gsub(r, "{n}", string.format("%%012d", n)))
end
local bad = 0
done = function(s, l, r)
  local e = s.errors
  io.write(string.format('JSON {"rps":%%.1f,"p50":%%.3f,"p99":%%.3f,"n":%%d,"err":%%d,"bytes":%%d}\n', s.requests/(s.duration/1e6),
    l:percentile(50)/1000, l:percentile(99)/1000, s.requests, e.status+e.connect+e.read+e.write+e.timeout, s.bytes))
end
`

// shoot drives a server for some seconds. again makes numbered requests go on where the
// last run ended.
func (s *stand) shoot(ctx context.Context, p *server, also []int, l load) (r shot, err error) {
	var lines strings.Builder
	for _, q := range l.requests {
		head := ""
		for k, v := range q.head {
			head += fmt.Sprintf("[%s]=%s,", lua(k), lua(v))
		}
		body := "nil"
		if q.body != "" {
			body = lua(q.body)
		}
		// {n} is as long as what replaces it, so that Content-Length holds.
		fmt.Fprintf(&lines, "  list[#list+1] = string.gsub(wrk.format(%s, %s, {%s}, %s), \"{n}000000000\", \"{n}\")\n", lua(q.method), lua(q.path), head, body)
	}
	file := filepath.Join(s.dir, "load.lua")
	s.sent += 10_000_000
	if err := os.WriteFile(file, fmt.Appendf(nil, script, l.counted, s.sent, lines.String()), 0o644); err != nil {
		return r, err
	}
	pids := []int{p.pid()}
	before, beforeAlso := cpu(pids), cpu(also)
	out, err := s.output(ctx, s.dir, "wrk", "-t1", fmt.Sprintf("-c%d", s.clients), fmt.Sprintf("-d%ds", s.seconds), "--timeout", "20s", "-s", file, p.url)
	if err != nil {
		return r, err
	}
	_, tail, ok := strings.Cut(out, "JSON ")
	if !ok {
		return r, fmt.Errorf("wrk said: %s", out)
	}
	if err := json.NewDecoder(strings.NewReader(tail)).Decode(&r); err != nil {
		return r, err
	}
	spent := func(before map[int]time.Duration, pids []int) (sum time.Duration) {
		for pid, t := range cpu(pids) {
			sum += t - before[pid]
		}
		return sum / time.Duration(max(r.N, 1))
	}
	r.cpu, r.behind = spent(before, pids), spent(beforeAlso, also)
	if r.Errors > 0 {
		return r, fmt.Errorf("%d of %d answers were errors", r.Errors, r.N)
	}
	return r, nil
}

// lua writes a string as Lua reads it.
func lua(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case c < 32 || c > 126:
			fmt.Fprintf(&b, "\\%03d", c)
		default:
			b.WriteByte(c)
		}
	}
	b.WriteByte('"')
	return b.String()
}
