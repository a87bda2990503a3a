//go:build unix && !linux

package main

import "syscall"

// attributes puts the server into its own process group, so that Ctrl-C reaches only us.
func attributes(who *syscall.Credential) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: who, Setpgid: true}
}
