// Package backup makes one file of everything an installation holds, while it is being
// used, and an installation of such a file. It is whole or it is not there; a copy that was
// cut off or has a flipped bit is told before anything is restored. It knows no table but
// those it must look into, and it is not the page that shows backups (backup/upkeep).
package backup

import (
	"archive/zip"
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/flate"

	"github.com/lienket/lienket/internal/base/db"
	"github.com/lienket/lienket/internal/base/fault"
)

// Texts are the words about backups.
//
//go:embed text/*.json
var Texts embed.FS

// Format is the version of the file's form. A program refuses a newer one.
const Format = 1

// Names inside the file.
const (
	manifestName = "manifest.json"
	sqliteName   = "lienket.db"
	dumpName     = "lienket.dump"
	folderName   = "folder/" // what else lies in the data folder: keys, checkpoints
)

// Folder is where backups lie in the data folder if nobody says otherwise; it is not part
// of a backup.
const Folder = "backups"

// Manifest says what a backup holds. It is the file's first entry.
type Manifest struct {
	Format  int              `json:"format"`
	Program string           `json:"program"`
	MadeAt  time.Time        `json:"made_at"`
	Engine  db.Engine        `json:"engine"`
	Schema  int64            `json:"schema"`
	Files   []File           `json:"files"`
	Rows    map[string]int64 `json:"rows,omitempty"` // by table (SQLite)
}

// File is one entry of a backup.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Source is what is backed up.
type Source struct {
	DB      *db.DB
	URL     string // of PostgreSQL, "" for SQLite
	Folder  string // the data folder, "" without
	Program string // version
}

// Make writes a backup to dest: a file, or a folder, in which it gets a name by the moment.
// People may go on working; everything acknowledged before Make was called is in it.
func Make(ctx context.Context, s Source, dest string) (path string, m Manifest, err error) {
	defer fault.Wrap(&err, "backing up")
	now := time.Now()
	path = dest
	if st, err := os.Stat(dest); err == nil && st.IsDir() || strings.HasSuffix(dest, string(os.PathSeparator)) {
		path = filepath.Join(dest, FileName(now))
	}
	if _, err := os.Lstat(path); err == nil {
		return "", m, fault.New(fault.Conflict, "backup.fault.exists", path)
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", m, err
	}
	stage, err := os.MkdirTemp(dir, ".lienket-backup-")
	if err == nil {
		stage, err = filepath.Abs(stage)
	}
	if err != nil {
		return "", m, err
	}
	defer os.RemoveAll(stage)

	m = Manifest{Format: Format, Program: s.Program, MadeAt: now.UTC().Truncate(time.Second), Engine: s.DB.Engine()}
	if m.Schema, err = s.DB.Version(ctx); err != nil {
		return "", m, err
	}
	if m.Engine == db.SQLite {
		m.Rows, err = snapshot(ctx, s.DB, filepath.Join(stage, sqliteName))
	} else {
		err = dump(ctx, s.URL, filepath.Join(stage, dumpName))
	}
	if err != nil {
		return "", m, err
	}
	// After the database: checkpoints of the audit trail may then be ahead of it, never
	// behind, and Restore drops those it does not know.
	if s.Folder != "" {
		if err := copyFolder(s.Folder, filepath.Join(stage, filepath.FromSlash(folderName))); err != nil {
			return "", m, err
		}
	}
	if m.Files, err = hashes(stage); err != nil {
		return "", m, err
	}
	half := filepath.Join(stage, "whole")
	if err := pack(ctx, half, stage, m); err != nil {
		return "", m, err
	}
	if err := os.Rename(half, path); err != nil {
		return "", m, err
	}
	return path, m, syncDir(dir)
}

// FileName is the name of a backup made at t. Names sort by time.
func FileName(t time.Time) string {
	return "lienket-" + strings.Replace(t.In(vietnam).Format("2006-01-02-150405.000"), ".", "-", 1) + ".zip"
}

var vietnam = time.FixedZone("+07", 7*3600)

// skipped of the data folder: the database, which is copied its own way, the lock of who
// works on jobs, and backups.
func skipped(name string) bool {
	return name == Folder || strings.HasPrefix(name, sqliteName) || strings.HasPrefix(name, "lienket.work") || strings.HasPrefix(name, ".lienket-backup-")
}

func copyFolder(from, to string) error {
	err := filepath.WalkDir(from, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(from, p)
		if err != nil || rel == "." {
			return err
		}
		switch {
		case skipped(rel) && e.IsDir():
			return fs.SkipDir
		case skipped(rel) || !e.IsDir() && !e.Type().IsRegular():
			return nil
		case e.IsDir():
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		if err := os.MkdirAll(filepath.Dir(filepath.Join(to, rel)), 0o700); err != nil {
			return err
		}
		return copyFile(p, filepath.Join(to, rel))
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil // PostgreSQL without a data folder
	}
	return err
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

func hashes(stage string) (all []File, err error) {
	err = filepath.WalkDir(stage, func(p string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		rel, err := filepath.Rel(stage, p)
		if err != nil {
			return err
		}
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		h := sha256.New()
		n, err := io.Copy(h, f)
		all = append(all, File{filepath.ToSlash(rel), n, hex.EncodeToString(h.Sum(nil))})
		return err
	})
	slices.SortFunc(all, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return all, err
}

// The comment of the ZIP carries the hash of the whole file, itself read as zeros: no byte
// of the file can change unseen.
const (
	sealMark = "lienket-backup-1 sha256="
	sealSize = len(sealMark) + 64
	endSize  = 22 // of the ZIP's end record without its comment
)

// pack writes the file and lets it reach the disk.
func pack(ctx context.Context, path, stage string, m Manifest) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	z := zip.NewWriter(f)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	b, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	w, err := z.CreateHeader(&zip.FileHeader{Name: manifestName, Method: zip.Deflate, Modified: m.MadeAt})
	if err != nil {
		return err
	}
	if _, err := w.Write(b); err != nil {
		return err
	}
	for _, e := range m.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := packOne(z, filepath.Join(stage, filepath.FromSlash(e.Name)), e.Name, m.MadeAt); err != nil {
			return err
		}
	}
	if err := z.SetComment(sealMark + strings.Repeat("0", 64)); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	size, err := f.Seek(0, io.SeekEnd)
	if err != nil {
		return err
	}
	sum, err := wholeHash(f, size)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt([]byte(sum), size-64); err != nil {
		return err
	}
	return f.Sync()
}

func packOne(z *zip.Writer, path, name string, at time.Time) error {
	in, err := os.Open(path)
	if err != nil {
		return err
	}
	defer in.Close()
	w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
	if err != nil {
		return err
	}
	_, err = io.Copy(w, in)
	return err
}

func wholeHash(f io.ReaderAt, size int64) (string, error) {
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, size-64)); err != nil {
		return "", err
	}
	io.WriteString(h, strings.Repeat("0", 64))
	return hex.EncodeToString(h.Sum(nil)), nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	if err := errors.Join(d.Sync(), d.Close()); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	return nil
}
