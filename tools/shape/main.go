// Command shape prints the shape of the code: how long files are, how much of them is
// comment, how many lines of test stand beside them. It is a mirror, not a gate.
package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func main() {
	root := "."
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	var lens []int
	var code, comment, test, pkgs, docs int
	withDoc := map[string]bool{}
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && p != root || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(p, ".go") || strings.HasSuffix(p, "_templ.go") {
			return nil
		}
		n, c, doc, err := count(p)
		if err != nil {
			return err
		}
		if strings.HasSuffix(p, "_test.go") {
			test += n
			return nil
		}
		dir := filepath.Dir(p)
		withDoc[dir] = withDoc[dir] || doc
		lens = append(lens, n)
		code += n
		comment += c
		return nil
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	for _, d := range withDoc {
		pkgs++
		if d {
			docs++
		}
	}
	slices.Sort(lens)
	if len(lens) == 0 {
		return
	}
	fmt.Printf("files %d, median %d lines, p90 %d, longest %d\n", len(lens), lens[len(lens)/2], lens[len(lens)*9/10], lens[len(lens)-1])
	fmt.Printf("lines %d, comments %.0f %%, tests %.2f per line\n", code, 100*float64(comment)/float64(code), float64(test)/float64(code))
	fmt.Printf("packages %d, with a package comment %.0f %%\n", pkgs, 100*float64(docs)/float64(pkgs))
}

// count returns the lines of a file, those that are comments, and whether a package comment stands in it.
func count(p string) (n, comments int, doc bool, err error) {
	f, err := os.Open(p)
	if err != nil {
		return 0, 0, false, err
	}
	defer f.Close()
	prev := ""
	sc := bufio.NewScanner(f)
	sc.Buffer(nil, 1<<20)
	for sc.Scan() {
		line := strings.TrimSpace(sc.Text())
		n++
		if strings.HasPrefix(line, "//") {
			comments++
		}
		if strings.HasPrefix(line, "package ") && strings.HasPrefix(prev, "//") {
			doc = true
		}
		prev = line
	}
	return n, comments, doc, sc.Err()
}
