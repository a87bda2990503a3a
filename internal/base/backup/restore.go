package backup

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Target is where a backup is restored.
type Target struct {
	Folder string // the data folder: not there yet, or empty
	URL    string // of PostgreSQL, an empty database; "" for a backup of SQLite
	Newest int64  // the newest schema that the program knows
}

// Verify reads a backup whole and says what it holds, or what is wrong with it: that it is
// cut off, or which part of it is damaged.
func Verify(path string) (m Manifest, err error) {
	f, err := os.Open(path)
	if err != nil {
		return m, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return m, err
	}
	size := st.Size()
	var start [4]byte
	if _, err := f.ReadAt(start[:], 0); err != nil || string(start[:]) != "PK\x03\x04" {
		return m, fault.New(fault.Invalid, "backup.fault.no_backup", path)
	}
	end := make([]byte, endSize+sealSize)
	if size < int64(len(end)) {
		return m, fault.New(fault.Invalid, "backup.fault.cut_off", path, size)
	}
	if _, err := f.ReadAt(end, size-int64(len(end))); err != nil {
		return m, err
	}
	if string(end[:4]) != "PK\x05\x06" || string(end[endSize:endSize+len(sealMark)]) != sealMark {
		return m, fault.New(fault.Invalid, "backup.fault.cut_off", path, size)
	}
	sum, err := wholeHash(f, size)
	if err != nil {
		return m, err
	}
	m, bad := readParts(f, size)
	if len(bad) > 0 {
		return m, fault.New(fault.Invalid, "backup.fault.damaged", path, strings.Join(bad, ", "))
	}
	if sum != string(end[endSize+len(sealMark):]) {
		return m, fault.New(fault.Invalid, "backup.fault.damaged_frame", path)
	}
	if m.Format > Format {
		return m, fault.New(fault.Invalid, "backup.fault.newer_format", m.Format, Format)
	}
	return m, nil
}

// readParts reads the manifest and every part it names; bad are those that are not as it
// says.
func readParts(f io.ReaderAt, size int64) (m Manifest, bad []string) {
	z, err := zip.NewReader(f, size)
	if err != nil {
		return m, []string{"ZIP"}
	}
	if m, err = readManifest(z); err != nil {
		return m, []string{manifestName}
	}
	for _, e := range m.Files {
		if copyPart(z, e, io.Discard) != nil {
			bad = append(bad, e.Name)
		}
	}
	if len(z.File) != len(m.Files)+1 {
		bad = append(bad, "ZIP")
	}
	return m, bad
}

// mostManifest bounds what is read of a manifest.
const mostManifest = 4 << 20

func readManifest(z *zip.Reader) (m Manifest, err error) {
	f, err := z.Open(manifestName)
	if err != nil {
		return m, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, mostManifest))
	if err != nil {
		return m, err
	}
	return m, json.Unmarshal(b, &m)
}

// copyPart writes one part and compares it with what the manifest says of it.
func copyPart(z *zip.Reader, e File, to io.Writer) error {
	f, err := z.Open(e.Name)
	if err != nil {
		return err
	}
	defer f.Close()
	h := sha256.New()
	n, err := io.Copy(io.MultiWriter(to, h), io.LimitReader(f, e.Size+1))
	if err != nil {
		return err
	}
	if n != e.Size || hex.EncodeToString(h.Sum(nil)) != e.SHA256 {
		return fmt.Errorf("%s is not as the manifest says", e.Name)
	}
	return nil
}

// Restore makes an installation of a backup. It verifies first; then it is whole or
// nothing: the folder appears under its name only when all of it is there and checked.
func Restore(ctx context.Context, path string, t Target) (m Manifest, err error) {
	defer fault.Wrap(&err, "restoring")
	if err := emptyFolder(t.Folder); err != nil {
		return m, err
	}
	if m, err = Verify(path); err != nil {
		return m, err
	}
	switch {
	case m.Schema > t.Newest:
		return m, fault.New(fault.Invalid, "backup.fault.newer_schema", m.Schema, t.Newest)
	case m.Engine == db.Postgres && t.URL == "":
		return m, fault.New(fault.Invalid, "backup.fault.needs_postgres")
	case m.Engine == db.SQLite && t.URL != "":
		return m, fault.New(fault.Invalid, "backup.fault.needs_folder")
	}
	folder, err := filepath.Abs(t.Folder)
	if err != nil {
		return m, err
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o700); err != nil {
		return m, err
	}
	stage, err := os.MkdirTemp(filepath.Dir(folder), ".lienket-restore-")
	if err != nil {
		return m, err
	}
	defer os.RemoveAll(stage)
	made := filepath.Join(stage, "data")
	if err := unpack(path, m, stage, made); err != nil {
		return m, err
	}
	if m.Engine == db.SQLite {
		err = inspect(ctx, filepath.Join(made, sqliteName), m)
	} else {
		err = fillPostgres(ctx, t.URL, filepath.Join(stage, dumpName))
	}
	if err != nil {
		return m, err
	}
	if err := trimCheckpoints(ctx, t.URL, made); err != nil {
		return m, err
	}
	if err := os.Remove(folder); err != nil && !errors.Is(err, os.ErrNotExist) {
		return m, err
	}
	if err := os.Rename(made, folder); err != nil {
		return m, err
	}
	return m, syncDir(filepath.Dir(folder))
}

func emptyFolder(folder string) error {
	all, err := os.ReadDir(folder)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil
	case err != nil:
		return err
	case len(all) > 0:
		return fault.New(fault.Conflict, "backup.fault.folder_not_empty", folder)
	}
	return nil
}

// unpack writes the parts: those of the data folder below made, a dump beside it.
func unpack(path string, m Manifest, stage, made string) (err error) {
	z, err := zip.OpenReader(path)
	if err != nil {
		return err
	}
	defer z.Close()
	if err := os.MkdirAll(made, 0o700); err != nil {
		return err
	}
	for _, e := range m.Files {
		to := filepath.Join(made, filepath.FromSlash(strings.TrimPrefix(e.Name, folderName)))
		if e.Name == dumpName {
			to = filepath.Join(stage, dumpName)
		}
		if !filepath.IsLocal(filepath.FromSlash(e.Name)) {
			return fault.New(fault.Invalid, "backup.fault.damaged", path, e.Name)
		}
		if err := unpackOne(&z.Reader, e, to); err != nil {
			return err
		}
	}
	return syncDir(made)
}

func unpackOne(z *zip.Reader, e File, to string) (err error) {
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(copyPart(z, e, f), f.Sync(), f.Close())
}

func fillPostgres(ctx context.Context, url, from string) (err error) {
	d, err := db.Open(ctx, url)
	if err != nil {
		return err
	}
	err = emptyPostgres(ctx, d)
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	return undump(ctx, url, from)
}

// trimCheckpoints drops the checkpoints that were signed after the moment of the backup:
// the restored trail does not reach them.
func trimCheckpoints(ctx context.Context, url, made string) (err error) {
	names, err := filepath.Glob(filepath.Join(made, "audit", "*.checkpoint"))
	if err != nil || len(names) == 0 {
		return err
	}
	where := url
	if where == "" {
		where = made
	}
	d, err := db.Open(ctx, where)
	if err != nil {
		return err
	}
	newest, err := newestCheckpoint(ctx, d)
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	for _, name := range names {
		b, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		var kept bytes.Buffer
		for _, line := range strings.SplitAfter(string(b), "\n") {
			var n int64
			if _, err := fmt.Sscanf(line, "lienket-checkpoint n=%d ", &n); err == nil && n > newest {
				continue
			}
			kept.WriteString(line)
		}
		if kept.Len() == 0 {
			err = os.Remove(name)
		} else {
			err = os.WriteFile(name, kept.Bytes(), 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
