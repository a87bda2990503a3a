package main

import (
	"fmt"
	"runtime/debug"
)

func init() { register(90, "version", "cmd.version.help", &versionCmd{}) }

type versionCmd struct{}

// Run prints the version and the commit it was built from.
func (*versionCmd) Run(e *env) error {
	_, err := fmt.Fprintln(e.out, "lienket", version())
	return err
}

// version is what the build knows of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	commit, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			commit = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "+"
			}
		}
	}
	if v == "" || v == "(devel)" {
		v = "devel"
	}
	if len(commit) >= 12 {
		v += " " + commit[:12] + dirty
	}
	return v
}
