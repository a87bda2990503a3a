package db_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lienket/lienket/internal/base/db"
)

func yield() { runtime.Gosched() }

// This test program is its own victim: with the variable set it writes until it is killed.
const crashDir = "LIENKET_DB_CRASH_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(crashDir); dir != "" {
		crashChild(dir, os.Getenv(crashDir+"_ROUND"))
		return
	}
	os.Exit(m.Run())
}

const (
	sqlMakeCrash = `create table if not exists crash (name text not null); create table if not exists crash_twin (name text not null)`
	sqlCrash     = `insert into crash (name) values ($1)`
	sqlCrashTwin = `insert into crash_twin (name) values ($1)`
)

// crashChild writes pairs of rows from several goroutines and says each name on standard
// output once InTx has acknowledged it.
func crashChild(dir, round string) {
	ctx := context.Background()
	d, err := db.Open(ctx, dir)
	if err != nil {
		panic(err)
	}
	if err := d.InTx(ctx, func(tx *db.Tx) error { _, err := tx.Exec(sqlMakeCrash); return err }); err != nil {
		panic(err)
	}
	for g := range 8 {
		go func() {
			for i := 0; ; i++ {
				name := fmt.Sprintf("%s-%d-%d", round, g, i)
				err := d.InTx(ctx, func(tx *db.Tx) error {
					if _, err := tx.Exec(sqlCrash, name); err != nil {
						return err
					}
					_, err := tx.Exec(sqlCrashTwin, name)
					return err
				})
				if err != nil {
					panic(err)
				}
				os.Stdout.WriteString(name + "\n") // one write, shorter than PIPE_BUF: never torn by another
			}
		}()
	}
	select {}
}

func TestKill9_NothingAcknowledgedIsLostOrDoubled(t *testing.T) {
	kills := 10
	if os.Getenv("LIENKET_LONG") != "" {
		kills = 300
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	dir := t.TempDir()
	acked := map[string]bool{}
	for round := range kills {
		for _, name := range killedRun(t, dir, round, time.Duration(rnd.IntN(120))*time.Millisecond) {
			acked[name] = true
		}
	}
	d, err := db.Open(t.Context(), dir)
	must(t, err)
	defer d.Close()
	rows, twins := names(t, d, "crash"), names(t, d, "crash_twin")
	for name := range acked {
		if rows[name] == 0 || twins[name] == 0 {
			t.Errorf("%s was acknowledged and is lost", name)
		}
	}
	for name, n := range rows {
		if n != 1 || twins[name] != 1 {
			t.Errorf("%s is there %d times, its twin %d times", name, n, twins[name])
		}
	}
	if len(rows) != len(twins) {
		t.Errorf("%d rows and %d twins", len(rows), len(twins))
	}
	if len(acked) == 0 {
		t.Error("no write was acknowledged: the test shows nothing")
	}
	t.Logf("%d kills, %d acknowledged, %d stored", kills, len(acked), len(rows))
}

// killedRun starts the child, kills it some time after its first acknowledgement and
// returns all acknowledgements that came out whole.
func killedRun(t *testing.T, dir string, round int, after time.Duration) (acked []string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), crashDir+"="+dir, fmt.Sprintf("%s_ROUND=%d", crashDir, round))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	must(t, err)
	must(t, cmd.Start())
	var kill sync.Once
	r := bufio.NewReader(out)
	for {
		line, err := r.ReadString('\n')
		if err == io.EOF {
			break
		}
		must(t, err)
		acked = append(acked, strings.TrimSuffix(line, "\n"))
		kill.Do(func() { time.AfterFunc(after, func() { cmd.Process.Kill() }) })
	}
	cmd.Wait()
	return acked
}

func names(t *testing.T, d *db.DB, table string) map[string]int {
	t.Helper()
	m := map[string]int{}
	must(t, d.Read(t.Context(), func(tx *db.Tx) error {
		rows, err := tx.Query(`select name from ` + table)
		if err != nil {
			return err
		}
		for rows.Next() {
			var name string
			if err := rows.Scan(&name); err != nil {
				return err
			}
			m[name]++
		}
		return rows.Err()
	}))
	return m
}
