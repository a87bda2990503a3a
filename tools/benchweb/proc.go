package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is one program under measurement.
type server struct {
	name string
	cmd  *exec.Cmd
	url  string
	over chan error
}

// start runs a program of ours in the background; its words go to a file.
func (s *stand) startCmd(name, program string, args ...string) (*server, error) {
	logFile, err := os.Create(filepath.Join(s.dir, name+".log"))
	if err != nil {
		return nil, err
	}
	defer logFile.Close()
	cmd := exec.Command(program, args...)
	cmd.Stdout, cmd.Stderr, cmd.Dir = logFile, logFile, s.dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Ctrl-C reaches us first, who stop it in order
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &server{name: name, cmd: cmd, over: make(chan error, 1)}
	go func() { p.over <- cmd.Wait() }()
	s.running = append(s.running, p)
	return p, nil
}

func (p *server) pid() int { return p.cmd.Process.Pid }

// stop ends the program by its own number and waits.
func (p *server) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-p.over:
	case <-time.After(25 * time.Second):
		_ = p.cmd.Process.Kill()
		<-p.over
	}
}

func (s *stand) stop(p *server) {
	for i, q := range s.running {
		if q == p {
			s.running = append(s.running[:i], s.running[i+1:]...)
			p.stop()
			return
		}
	}
}

func (s *stand) stopAll() {
	for i := len(s.running) - 1; i >= 0; i-- {
		s.running[i].stop()
	}
	s.running = nil
}

// up waits for the first 200 and says how long it took.
func (p *server) up(ctx context.Context, path string, head http.Header) (time.Duration, error) {
	start := time.Now()
	c := http.Client{Timeout: 20 * time.Second}
	for time.Since(start) < 60*time.Second {
		req, err := http.NewRequestWithContext(ctx, "GET", p.url+path, nil)
		if err != nil {
			return 0, err
		}
		req.Header = head.Clone()
		if resp, err := c.Do(req); err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return time.Since(start), nil
			}
		}
		select {
		case err := <-p.over:
			p.over <- err
			return 0, fmt.Errorf("%s ended: %v", p.name, err)
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-time.After(time.Millisecond):
		}
	}
	return 0, fmt.Errorf("%s: no 200 within a minute", p.name)
}

func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// output runs a program to its end.
func (s *stand) output(ctx context.Context, dir, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 10 * time.Second
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

// family is a process and all below it: PostgreSQL works in children.
func family(pid int) []int {
	all := []int{pid}
	tasks, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, t := range tasks {
		raw, err := os.ReadFile(t)
		if err != nil {
			continue
		}
		for _, f := range strings.Fields(string(raw)) {
			if n, err := strconv.Atoi(f); err == nil {
				all = append(all, family(n)...)
			}
		}
	}
	return all
}

// cpu is the processor time of each process so far.
func cpu(pids []int) map[int]time.Duration {
	used := map[int]time.Duration{}
	for _, p := range pids {
		raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p))
		if err != nil {
			continue
		}
		f := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
		user, _ := strconv.Atoi(f[11])
		system, _ := strconv.Atoi(f[12])
		used[p] = time.Duration(user+system) * 10 * time.Millisecond
	}
	return used
}

// rss is the resident memory in megabytes.
func rss(pid int) (float64, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	for _, l := range strings.Split(string(raw), "\n") {
		if f := strings.Fields(l); len(f) > 1 && f[0] == "VmRSS:" {
			kb, err := strconv.Atoi(f[1])
			return float64(kb) / 1024, err
		}
	}
	return 0, errors.New("no VmRSS")
}
